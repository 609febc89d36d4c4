"""The menu's pictures of the experiments, one under another in one file, which comes when the menu is first seen.

Where each sample is new, a picture is the target y₀ over both inputs; where a few samples come again and again, it is
these samples in the colours of their targets; with one input it is the target's line.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from engine.base.numerics import FloatArray
from engine.experiments.catalogue import CatalogueEntry
from engine.experiments.experiment import Experiment
from webapp.base.theme import THEMES

SIDE = 24
"""The width and height of a picture, in pixels."""
MOST_DOTS = 30
ROUND, SQUARE = (4.5, "round"), (2.0, "square")
"""The widths and ends of the lines without a length that draw a sample, and a place of the target."""
FAINT, CLEAR = 0.4, 1.0
"""The opacity where the target is less than half of its largest value, and elsewhere."""


def experiment_pictures(rows: Mapping[str, CatalogueEntry]) -> str:
    """An SVG with a square for each row, in their order."""
    pictures = "".join(
        f'<g transform="translate(0 {SIDE * at})">{picture(row.experiment)}</g>' for at, row in enumerate(rows.values())
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE * len(rows)}">{pictures}</svg>'


def picture_rules(keys: Iterable[str], address: str) -> str:
    """The styles that give each choice of the menu its picture in the file at this address, from the style sheet."""
    place = "#picker [value={}]::after {{ background-position-y: {}px; }}"
    places = [place.format(key, -SIDE * at) for at, key in enumerate(keys)]
    return "\n".join([f"#picker [role=option]::after {{ background: url({address}); }}", *places])


def picture(experiment: Experiment) -> str:
    """The samples that repeat, else the target over the inputs, shape by shape."""
    if not experiment.never_repeats:
        X, T = experiment.facts(min(experiment.samples, MOST_DOTS))
        return marks(X[:, 0], X[:, 1], T[:, 0], experiment.reach, ROUND)
    places = np.arange(1.0, SIDE, 2.0) / (SIDE / 2) - 1.0
    if experiment.width == 1:
        y = experiment.target(experiment.reach * places[np.newaxis])[0]
        return marks(places, y / np.abs(y).max() * places[-1], y, 1.0, SQUARE)
    across, up = (axis.ravel() for axis in np.meshgrid(places, places))
    return marks(across, up, experiment.target(experiment.reach * np.array([across, up]))[0], 1.0, SQUARE)


def marks(across: FloatArray, up: FloatArray, y: FloatArray, reach: float, kind: tuple[float, str]) -> str:
    """Points between −reach and reach in both directions, in the colours of their targets y."""
    xs, ys = (np.round(SIDE / 2 * (1 + side * values / reach), 1) for side, values in ((1, across), (-1, up)))
    is_weak = np.abs(y) < np.abs(y).max() / 2
    width, cap = kind
    theme = THEMES["light"]
    paths = []
    for colour, side in ((theme.neg_map, y < 0), (theme.pos_map, y >= 0)):
        for opacity, chosen in ((FAINT, side & is_weak), (CLEAR, side & ~is_weak)):
            points = dict.fromkeys(f"M{x:g} {y:g}h0" for x, y in zip(xs[chosen], ys[chosen], strict=True))
            if points:
                paths.append(f'<path stroke="{colour}" opacity="{opacity}" d="{"".join(points)}"/>')
    return f'<g fill="none" stroke-width="{width}" stroke-linecap="{cap}">{"".join(paths)}</g>'
