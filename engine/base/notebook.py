"""Whether this process is the kernel of a notebook."""

import sys


def is_a_kernel() -> bool:
    """Whether cells of a notebook run here: the shell of IPython has a kernel then. To import either is not enough."""
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return get_ipython is not None and hasattr(get_ipython(), "kernel")
