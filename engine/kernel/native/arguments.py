"""The types of the compiled functions' arguments, by name: to Python these are anything, and Numba infers them."""

from typing import Any

Array = Any
"""A contiguous array of float64 or int64."""
Pointer = Any
"""Where an array of numbers begins."""
Run = Any
"""A run, or sixteen: alpha, and where the parameters, the stages, the last of them, scratch numbers (of sixteen by a
rule those of a second sample too), inputs, targets and losses are."""
Changed = Any
"""The first argument of `change`: where parameters begin, or sums of gradients, or all that a move needs."""
Change = Any
"""change(changed, q, gradient, decays): uses the gradient of the parameters at q, of eight or of one in sixteen runs;
biases never decay."""
MoveBegin = Any
"""begin(changed, q, gradient): the first of three parts of a change; its result goes to the second."""
MoveGoOn = Any
"""go_on(changed, begun): the second part; its result goes to the last."""
MoveFinish = Any
"""finish(changed, q, gone_on, decays): the last part. Those of successive parameters overlap: a processor looks a few
hundred operations ahead, and divides for one parameter while it multiplies for the next ones."""
MapAll = Any
"""`map_all`, or a function that calls it."""
MapOne = Any
"""`value_and_slope` of a stage's map, or a function that calls it."""
