"""The zoom: the picture of a window of two number knobs, line after line, and the sentence about its border.

The page requests a coarse picture first and then a fine one. It gets as many lines as take a request's time, made on
all cores; the work ends between two lines once nobody waits for it.
"""

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from engine.base.numerics import FloatArray
from engine.errors import BenchError
from engine.experiments.knobs import ALPHA
from engine.outcomes.questions.pieces import results_of
from engine.sweeps.zoom.border import border_of, box_dimension, dimension_words
from engine.sweeps.zoom.window import DIVERGED, PIXELS, Window, WindowAxis, window_of
from webapp.analyses.landscape.download import decoded
from webapp.base.validation import Malformed, exactly, finite, one_of, whole_upto, yes_or_no
from webapp.bench.actions import PreparedRun
from webapp.figures.encode import packed
from webapp.jobs.job import current_job

COARSE = 32
"""The pixels of a side of the picture that comes first."""
REQUEST_SECONDS, REQUEST_RUNS = 0.2, 2**14
"""About how long one request takes, and the most runs of one."""
CORES = os.cpu_count() or 1
SHORT = 1e-3
"""A line of fewer seconds is made no sooner on a thread of its own: most of it is to prepare."""
AS_ONE = 4
"""As many runs side by side count as one run of the session's: they take less than such a one."""
COARSER = "Each side has {} pixels here: {}."
WHY_DOUBLES, WHY_LONG = "doubles tell no more apart", "more runs like these would take too long"


def zoom(prepared: PreparedRun, asked: object) -> dict[str, Any]:
    """Some lines of the picture of a window.

    `asked` is {"x": [knob, low, high, whether by a factor], "y": likewise, "coarse": whether the first picture is
    wanted, "first": the number of the first line}. The response has the number of pixels of a side, `across`, the knob
    of which a line has one value, the values of both, the lines, and the runs of the next request; or `none`, why the
    window cannot be shown.
    """
    body = exactly(asked, {"x", "y", "coarse", "first"})
    coarse, first = yes_or_no(body["coarse"]), whole_upto(body["first"], PIXELS - 1)
    try:
        x, y = (read_axis(body[side], prepared) for side in ("x", "y"))
        window = window_of(prepared.experiment, prepared.checkpoint, x, y)
    except BenchError as error:
        return {"none": str(error)}
    count = min(COARSE, window.pixels) if coarse else window.pixels
    first = min(first, count - 1)
    numbers = range(first, min(count, first + lines_at_once(window, count)))
    lines = made_lines(window, count, numbers)
    return {
        "pixels": count,
        "across": window.across.name,
        "values": {axis.name: axis.values(count).tolist() for axis in (x, y)},
        "numbers": packed(lines.ravel(), "f4"),
        "runs": runs_counted(window, count * len(lines)),
        "next_runs": runs_counted(window, window.pixels * lines_at_once(window, window.pixels)),
        "says": coarser_words(window),
    }


def made_lines(window: Window, count: int, numbers: range) -> FloatArray:
    """The lines with these numbers, shape (lines, count)."""

    def line(number: int, check: Callable[[], None]) -> FloatArray:
        check()
        return window.lines(count, [number])

    threads = 1 if window.line_seconds(count) < SHORT else CORES
    found, _ = results_of(line, numbers, lambda _done: current_job().check_cancelled(), threads)
    return np.concatenate([lines for _, lines in found])


def runs_counted(window: Window, runs: int) -> int:
    """The runs of a session that they count as."""
    return runs // AS_ONE if window.along.name == ALPHA.name else runs


def lines_at_once(window: Window, count: int) -> int:
    """The most lines of that many pixels for one request."""
    return max(1, int(min(CORES * REQUEST_SECONDS / window.line_seconds(count), REQUEST_RUNS / count)))


def read_axis(plain: object, prepared: PreparedRun) -> WindowAxis:
    """[knob, low, high, whether by a factor]."""
    if not isinstance(plain, list) or len(plain) != 4:
        raise Malformed("A side of a window is a knob, two numbers, and whether it goes by a factor.")
    name, low, high, by_factor = plain
    return WindowAxis(
        one_of(name, prepared.experiment.knobs), float(finite(low)), float(finite(high)), yes_or_no(by_factor)
    )


def coarser_words(window: Window) -> str:
    """Why the picture is coarser than it may be; "" where it is not."""
    if window.pixels == PIXELS:
        return ""
    return COARSER.format(window.pixels, WHY_DOUBLES if window.ends_of_doubles else WHY_LONG)


def zoom_border(_: PreparedRun, asked: object) -> dict[str, Any]:
    """The sentence about the border in a whole picture; `asked` is {"ends": a byte for each pixel in base64: 1 for a
    run that learned, 0 for one that diverged, 2 for none}, of PIXELS a side."""
    ends = decoded(exactly(asked, {"ends"})["ends"], "u1")
    if ends.size != PIXELS * PIXELS or ends.max() > 2:
        raise Malformed("A whole picture has a byte from 0 to 2 for each pixel.")
    numbers = np.choose(ends, [DIVERGED, 1.0, np.nan]).reshape(PIXELS, PIXELS)
    return {"says": dimension_words(box_dimension(border_of(numbers)))}
