"""A progress bar in a terminal and in a notebook; nowhere else.

The only module that imports tqdm, and only inside its function.
"""

from importlib.util import find_spec
from typing import Any

from engine.base.notebook import is_a_kernel


def progress(total: int, unit: str) -> Any:
    """A progress bar over `total` units, with `update(n)` and `close()`; of text where a notebook has no widgets."""
    in_a_notebook = is_a_kernel()
    if in_a_notebook and find_spec("ipywidgets"):
        from tqdm.notebook import tqdm
    else:
        from tqdm import tqdm

    return tqdm(total=total, unit=f" {unit}", disable=False if in_a_notebook else None, leave=False)
