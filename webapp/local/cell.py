"""A served page in the cell of a notebook: the page itself in a frame, once it says that it is there.

Until then, and for ever where no frame reaches it or no kernel runs, a still figure of the run stands there with the
page's address: a later reader of the notebook sees that figure. It has the notebook's own text colour on the
notebook's own ground, light or dark.
"""

import math
from collections.abc import Iterator
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.base.notebook_html import CURVE_COLOUR
from engine.base.numerics import FloatArray
from webapp.figures.encode import thinned
from webapp.figures.loss import Curve, loss_range, nice_ticks
from webapp.page.constants import READY

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 12, 34
FRAME_HEIGHT = 760
GRID, AXIS = 0.15, 0.5
"""The opacity of such lines in the colour of the text."""

SCRIPT = """
(() => {{
  const box = document.getElementById("{id}");
  const frame = box.querySelector("iframe");
  const [, green] = getComputedStyle(box).color.match(/\\d+/g);
  const scheme = green > 127 ? "dark" : "light";
  addEventListener("message", ({{ source, data }}) => {{
    if (source !== frame.contentWindow || data !== "{ready}") return;
    frame.style.cssText = "{shown};color-scheme:" + scheme;
    box.querySelector("figure").hidden = true;
  }});
  frame.style.colorScheme = scheme;
  frame.src = "{url}";
}})();
"""
"""A dark notebook has light text. The frame gets the colour scheme that goes with it, which the page takes for the
system's, unless its reader has chosen a theme there."""
WAITING = "position:absolute;left:0;top:0;width:100%;height:{height}px;border:0;opacity:0;pointer-events:none"
SHOWN = "display:block;width:100%;height:{height}px;border:0"


def framed(identity: str, url: str, still: str) -> str:
    """The still figure, and the page at `url` in its place as soon as it is there."""
    waiting, shown = (style.format(height=FRAME_HEIGHT) for style in (WAITING, SHOWN))
    script = SCRIPT.format(id=identity, ready=READY, shown=shown, url=url)
    return (
        f'<div id="{identity}" style="position:relative;overflow:hidden">{still}'
        f'<iframe title="NNBench" style="{waiting}"></iframe><script>{script}</script></div>'
    )


def still_figure(curve: Curve, words: str, url: str) -> str:
    """The losses of a run over a log axis, with a line of words under it that leads to the page."""
    link = f'<a href="{escape(url)}" target="_blank" rel="noopener">Open the bench</a>'
    caption = f'<figcaption style="font-size:13px">{escape(words)} {link}</figcaption>'
    return f'<figure style="margin:0">{curve_picture(curve, words)}{caption}</figure>'


def curve_picture(curve: Curve, words: str) -> str:
    """The dots, the smoothed line and both axes, as SVG."""
    low, high = loss_range(curve)
    samples = len(curve.losses)
    across, down = (WIDTH - LEFT - RIGHT) / max(1, samples), (HEIGHT - TOP - BOTTOM) / (high - low)

    def places(steps: NDArray[Any], losses: FloatArray) -> Iterator[tuple[float, float]]:
        drawn = (losses > 10.0**low) & (losses <= 10.0**high)
        return zip(LEFT + across * steps[drawn], TOP + down * (high - np.log10(losses[drawn])), strict=True)

    dots, line = thinned(curve.before_divergence), thinned(curve.smooth)
    circles = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in places(dots, curve.before_divergence[dots]))
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places(curve.smooth_steps[line], curve.smooth[line]))
    parts = [
        *_grid(low, high, down),
        *_ticks(samples, across),
        f'<path d="{circles}" stroke="{CURVE_COLOUR}" stroke-width="3.4" stroke-linecap="round" opacity="0.75"/>',
        f'<polyline points="{path}" fill="none" stroke="{CURVE_COLOUR}" stroke-width="2.5"/>',
    ]
    font = 'font-family="sans-serif" font-size="12" fill="currentColor"'
    head = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" style="max-width:{WIDTH}px;width:100%" {font} role="img"'
    return f'{head} aria-label="{escape(words)}">{"".join(parts)}</svg>'


def _grid(low: float, high: float, down: float) -> Iterator[str]:
    """A line and a name for each decade, or for every second, third … of many."""
    decades = range(math.ceil(low), math.floor(high) + 1)
    for power in decades[:: max(1, math.ceil(len(decades) / 6))]:
        y = TOP + down * (high - power)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="currentColor" opacity="{GRID}"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>'


def _ticks(samples: int, across: float) -> Iterator[str]:
    y = HEIGHT - BOTTOM
    yield f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="currentColor" opacity="{AXIS}"/>'
    for step in nice_ticks(samples):
        yield f'<text x="{LEFT + across * step:.1f}" y="{y + 16}" text-anchor="middle">{step:,}</text>'
