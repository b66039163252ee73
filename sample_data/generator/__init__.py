"""The parts of the sample-data generator: the leaves, the city and the experts."""
