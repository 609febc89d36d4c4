"""Rules of learning beside α: losses, optimizers, batches, momentum, decay and the rate, each a row or a number."""
