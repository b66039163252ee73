"""Weights: from experts, from data, and combinations of both."""
