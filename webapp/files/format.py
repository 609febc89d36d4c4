"""The two kinds of file that people save and open again, and their version."""

EXPERIMENT, CHECKPOINT = "nnbench experiment", "nnbench checkpoint"
"""What the field `format` of a file holds."""

VERSION = 1
"""What the field `version` holds."""
