"""What the tests of scoring measured; printed at the end of the run."""

FIGURES: list[str] = []
