"""All entry points of the kernel compiled ahead of time, side by side."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from engine.kernel.cache import KERNEL, persistent_folder, tell_who_waits
from engine.kernel.compiled import LONGEST_FIRST, entry_point


def load_side_by_side() -> None:
    """Loads or compiles the entry points, two at a time: one at a time would keep one processor busy."""
    if not all(KERNEL.at_hand(by_rule=by_rule) for by_rule in (False, True)):
        tell_who_waits()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        list(processes.map(_store, range(len(LONGEST_FIRST))))
    KERNEL.load()


def _store(number: int) -> None:
    entry_point(persistent_folder(), *LONGEST_FIRST[number])
