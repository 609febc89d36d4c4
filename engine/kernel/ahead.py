"""All entry points of the kernel compiled ahead of time, side by side."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from engine.kernel.cache import PROGRAMS, has_code, persistent_folder, stamp, tell_who_waits
from engine.kernel.compiled import LONGEST_FIRST, NOT_STORED, is_stored, stored_entry_point


def store_side_by_side() -> bool:
    """Whether all entry points are stored: those that are not are compiled, two at a time, for one at a time would keep
    one processor busy."""
    folder = persistent_folder()
    if not all(has_code(folder, by_rule=by_rule) for by_rule in PROGRAMS):
        tell_who_waits()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        stored = list(processes.map(_store, range(len(LONGEST_FIRST))))
    for by_rule in PROGRAMS if all(stored) else ():
        stamp(folder, by_rule=by_rule).touch()
    return all(stored)


def _store(number: int) -> bool:
    folder = persistent_folder()
    try:
        return is_stored(folder, stored_entry_point(folder, *LONGEST_FIRST[number]))
    except NOT_STORED:
        return False
