"""Both programs of the kernel compiled ahead of time, side by side."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from engine.kernel.cache import KERNEL


def load_side_by_side() -> None:
    """Loads or compiles both programs, each in a process of its own: one alone would keep one processor busy."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        list(processes.map(_load, (False, True)))


def _load(by_rule: bool) -> None:
    KERNEL.functions(by_rule=by_rule)
