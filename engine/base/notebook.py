"""Whether this process is the kernel of a notebook, and silence towards its scripts."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


def is_a_kernel() -> bool:
    """Whether cells of a notebook run here: the shell of IPython has a kernel then. To import either is not enough."""
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return get_ipython is not None and hasattr(get_ipython(), "kernel")


@contextmanager
def no_comms() -> Iterator[None]:
    """Opens no channel to the notebook's scripts meanwhile.

    Dash asks for one when it is imported, and a JupyterLab that has no extension for it notes an error.
    """
    comm = sys.modules.get("comm")
    create = getattr(comm, "create_comm", None)
    if comm is None or create is None:
        yield
        return
    comm.create_comm = lambda *_, **__: comm.DummyComm(primary=False)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        comm.create_comm = create  # type: ignore[attr-defined]
