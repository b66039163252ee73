"""The web page: one file with charts, sliders and a map."""
