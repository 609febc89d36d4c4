"""The zoom: the picture of a window of two number knobs, line after line, and the sentence about its border.

The page requests a coarse picture first and then a fine one. It gets as many lines as take a request's time, and the
work ends between two lines once nobody waits for them.
"""

from typing import Any

import numpy as np

from engine.errors import BenchError
from engine.sweeps.zoom.border import border_of, box_dimension, dimension_words
from engine.sweeps.zoom.window import DIVERGED, PIXELS, Window, WindowAxis, window_of
from webapp.analyses.landscape.download import decoded
from webapp.base.validation import Malformed, exactly, finite, one_of, whole_upto, yes_or_no
from webapp.bench.actions import PreparedRun
from webapp.figures.encode import packed
from webapp.jobs.job import current_job

COARSE = 32
"""The pixels of a side of the picture that comes first."""
REQUEST_SECONDS, REQUEST_RUNS = 0.2, 2**13
"""About how long the lines of one request take, and the most runs of one."""
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
    most = lines_at_once(window, count)
    lines = []
    for number in range(first, min(count, first + most)):
        current_job().check_cancelled()
        lines.append(window.lines(count, [number]))
    return {
        "pixels": count,
        "across": window.across.name,
        "values": {axis.name: axis.values(count).tolist() for axis in (x, y)},
        "numbers": packed(np.concatenate(lines).ravel(), "f4"),
        "runs": count * len(lines),
        "next_runs": window.pixels * lines_at_once(window, window.pixels),
        "says": coarser_words(window),
    }


def lines_at_once(window: Window, count: int) -> int:
    """The most lines of that many pixels for one request."""
    return max(1, int(min(REQUEST_SECONDS / window.line_seconds(count), REQUEST_RUNS / count)))


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
