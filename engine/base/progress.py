"""A progress bar in a terminal and in a notebook; nowhere else.

The only module that imports tqdm, and only inside its function.
"""

import sys
from importlib.util import find_spec
from typing import Any


def progress(total: int, unit: str) -> Any:
    """A bar of so many units, with `update(n)` and `close()`; of text where a notebook has no widgets."""
    in_a_notebook = "ipykernel" in sys.modules
    if in_a_notebook and find_spec("ipywidgets"):
        from tqdm.notebook import tqdm
    else:
        from tqdm import tqdm

    return tqdm(total=total, unit=f" {unit}", disable=False if in_a_notebook else None, leave=False)
