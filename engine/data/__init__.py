"""The training data of a network: inputs drawn from a seed, targets, and tables of samples."""
