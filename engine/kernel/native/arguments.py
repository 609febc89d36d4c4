"""What the compiled functions take, by name: to Python these are anything, and Numba finds out what they are."""

from typing import Any

Array = Any
"""A contiguous array of float64 or int64."""
Start = Any
"""Where an array of numbers begins."""
Run = Any
"""A run, or sixteen: alpha, and where the parameters, the stages, the last of them, scratch numbers, inputs, targets
and losses are."""
Changed = Any
"""What `change` changes: where parameters begin, or sums of gradients, or all that a move needs."""
Change = Any
"""change(changed, q, gradient, decays): what becomes of the gradient of the parameters at q, of eight or of one in
sixteen runs; biases never decay."""
MapAll = Any
"""`map_all`, or a function that calls it."""
MapOne = Any
"""`value_and_slope` of a stage's map, or a function that calls it."""
