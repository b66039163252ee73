"""Words of the reports in Chinese and English."""
