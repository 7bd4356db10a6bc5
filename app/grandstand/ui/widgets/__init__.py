"""Small reusable widgets in the look of the theme; import them from their modules."""
