"""The view model: what every renderer shows, in both languages; the only place that prepares figures for people."""
