"""A progress bar in a terminal and in a notebook; nowhere else.

The only module that imports tqdm, and only inside its function.
"""

import sys
from typing import Any


def progress(total: int, unit: str) -> Any:
    """A bar of so many units, with `update(n)` and `close()`."""
    from tqdm.auto import tqdm

    in_a_notebook = "ipykernel" in sys.modules
    return tqdm(total=total, unit=f" {unit}", disable=False if in_a_notebook else None, leave=False)
