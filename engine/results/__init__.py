"""Results of papers about training, each as a number of small runs: one for each weight seed, trained side by side."""
