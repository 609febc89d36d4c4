"""The two kinds of file that people save and open again, and their version."""

EXPERIMENT, CHECKPOINT = "nnbench experiment", "nnbench checkpoint"
"""The values of a file's field `format`."""

VERSION = 1
"""The value of the field `version`."""
