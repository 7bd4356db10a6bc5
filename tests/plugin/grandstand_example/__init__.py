"""One file for each thing that it brings to Grandstand."""
