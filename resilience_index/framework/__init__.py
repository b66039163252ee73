"""Frameworks: the dictionary of indicators, indicator trees, assessments and judgments, from YAML."""
