"""Analysis: what a result means, figure by figure."""
