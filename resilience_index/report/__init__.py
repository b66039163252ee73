"""Reports: one view model, and renderers that only place its figures."""
