"""Pictures as data, and as SVG made of it without Qt: for pages, reports and files."""
