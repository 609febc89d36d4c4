"""The colours that canvases show: of numbers on a colour scale, and of the cells of the weights."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from engine.base.numerics import FloatArray
from tests.stories.visitor import Visitor
from webapp.base.theme import THEMES, Ramp, map_ramp, weight_ramp

WEIGHT_COLOURS = """
const canvas = document.querySelector('#weights-plot > canvas'), from = canvas.getBoundingClientRect();
const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
copy.drawImage(canvas, 0, 0);
const at = (length, side) => Math.round((length * canvas[side]) / from[side]);
return [...document.querySelectorAll('#weight-cells .weight')].map((cell) => {
  const { left, top } = cell.getBoundingClientRect();
  const place = [at(left - from.left + 3, 'width'), at(top - from.top + 3, 'height')];
  return [...copy.getImageData(...place, 1, 1).data.slice(0, 3)];
});
"""
"""The colours at the corners of the cells."""


def on_ramp(stops: Ramp, numbers: ArrayLike, scale: float) -> FloatArray:
    """Red, green and blue of numbers on a colour scale from -scale to scale."""
    channels = np.array([[int(colour[k : k + 2], 16) for k in (1, 3, 5)] for _, colour in stops])
    shares = np.clip(np.asarray(numbers) / scale, -1.0, 1.0) / 2.0 + 0.5
    return np.stack([np.interp(shares, [share for share, _ in stops], channel) for channel in channels.T], axis=-1)


def map_colours(numbers: ArrayLike, scale: float, theme: str = "light") -> FloatArray:
    """The colours of a map's numbers."""
    return on_ramp(map_ramp(THEMES[theme]), numbers, scale)


def weights_are_painted(visitor: Visitor, weights: Sequence[float], theme: str = "light") -> bool:
    """Whether each cell has the colour of its weight."""
    painted = np.array(visitor.js(WEIGHT_COLOURS))
    wanted = on_ramp(weight_ramp(THEMES[theme]), weights, visitor.js("return nnbench.colourScale()"))
    return painted.shape == wanted.shape and bool(np.all(np.abs(painted - wanted) <= 2))
