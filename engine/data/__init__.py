"""What a network is trained on: inputs drawn from a seed, targets, and tables of samples."""
