"""Python's constants for the page's scripts, sent once with the page, so that none is written in both languages.

`assets/js/core/constants.js` reads it; `assets/js/core/types.js` states its type.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from engine.activations import ACTIVATIONS
from engine.base.metrics import HASHES
from engine.base.smoothing import FILTERS
from engine.data.inputs import LARGEST_SEED
from engine.data.table import MOST_INPUTS, MOST_OUTPUTS, MOST_ROWS
from engine.data.table_cells import MOST_CHARACTERS
from engine.data.table_parser import ROLES
from engine.experiments.knobs import FOLDS, KNOBS, Knobs
from engine.layers.faulty_layers import FAULTY_ACTIVATIONS, spoken_function
from engine.outcomes.twins import TWINS
from engine.sweeps.axes import COUNT
from webapp.analyses.landscape.axes import LEAST_LAST_SAMPLES, POSITIONS
from webapp.analyses.seed_spread import SEEDS
from webapp.base.format import COLUMN_POWERS_FROM, LAST_BITS, MOST_TYPED_DIGITS, READ_BACK_DIGITS, WIDEST_WEIGHT
from webapp.base.theme import GRAPH_CONFIG, THEMES, Ramp, Theme, height_ramp, map_ramp, weight_ramp
from webapp.bench.knob_values import (
    ALL_FROM,
    ALPHA_NUMERATOR,
    ALPHA_SHIFT,
    LARGEST_SLIDER_ALPHA,
    SLIDER_DIGITS,
    SLIDER_SAMPLES,
)
from webapp.bench.narration import ALMOST_NOTHING
from webapp.bench.run_summary import run_fields
from webapp.figures.loss import DOTS, HELD_OUT, LINE, LOWER, ZEROS
from webapp.figures.response_maps import COARSE_GRID
from webapp.links.lessons import LONGEST_PROMPT, LONGEST_TITLE, STORY
from webapp.links.qr_code import LONGEST as LONGEST_QR
from webapp.page.axis_constants import axis_constants
from webapp.page.components.lesson import ASKED_NEXT
from webapp.page.glossary import GLOSSARY, KEYS
from webapp.page.index import PARTS, SESSION_KEY, SINGLE_KNOBS, THEME_KEY, VIEW_KEY, data_block
from webapp.page.knob_constants import knob_constants
from webapp.page.stage.panels import MOST_SPOKEN
from webapp.page.stage.stage import View
from webapp.page.stage.views import VIEWS
from webapp.page.sweep_constants import sweep_constants
from webapp.responses.network_diagram import MOST_CELLS

ID = "page-constants"
READY = "nnbench is shown"
"""The message of the page to the window around its frame."""


def page_constants(knobs: Knobs = KNOBS, *, framed: bool = False, classes: bool = False) -> dict[str, Any]:
    """Everything that is sent, as plain JSON values; `framed` is whether other pages may frame this one, and `classes`
    whether a class can be opened."""
    return {
        "knobs": {
            "alpha": {
                "numerator": ALPHA_NUMERATOR,
                "shift": ALPHA_SHIFT,
                "largest": LARGEST_SLIDER_ALPHA,
            },
            "samples": {"highest": SLIDER_SAMPLES, "digits": SLIDER_DIGITS},
            "distinct": {"allFrom": ALL_FROM},
            "seeds": {"all": LARGEST_SEED + 1, "together": SEEDS},
            "filters": list(FILTERS),
        },
        "ready": READY,
        "knobTable": knob_constants(knobs),
        "folds": {fold: [knob.name for knob in rows] for fold, rows in FOLDS.items()},
        "runFields": run_fields(knobs),
        "runHashes": HASHES,
        "landscape": {
            "positions": {
                "first": POSITIONS[0],
                "step": round(POSITIONS[1] - POSITIONS[0], 6),
                "count": len(POSITIONS),
            },
            "count": COUNT,
            "samples": LEAST_LAST_SAMPLES,
        },
        "axes": axis_constants(knobs),
        "sweeps": sweep_constants(),
        "session": {"key": SESSION_KEY},
        "stage": {"views": [view_constants(view) for view in VIEWS], "key": VIEW_KEY},
        "share": {
            "titleLength": LONGEST_TITLE,
            "promptLength": LONGEST_PROMPT,
            "qrLength": LONGEST_QR,
            "parts": [list(part) for part in PARTS.items()],
            "singleKnobs": [list(knob) for knob in SINGLE_KNOBS.items()],
            "framed": framed,
        },
        "classes": classes,
        "mostSpoken": MOST_SPOKEN,
        "coarseGrid": COARSE_GRID,
        "twins": TWINS,
        "askedNext": ASKED_NEXT,
        "graphConfig": GRAPH_CONFIG,
        "traces": {"dots": DOTS, "lower": LOWER, "zeros": ZEROS, "line": LINE, "held": HELD_OUT},
        "almostSame": ALMOST_NOTHING,
        "widestWeight": WIDEST_WEIGHT,
        "columnPowersFrom": COLUMN_POWERS_FROM,
        "mostTypedDigits": MOST_TYPED_DIGITS,
        "readBackDigits": READ_BACK_DIGITS,
        "lastBits": LAST_BITS,
        "cardCells": MOST_CELLS,
        "risingActivations": [name for name, row in ACTIVATIONS.items() if row.rises],
        "spokenFunctions": {name: spoken_function(name) for name in FAULTY_ACTIVATIONS},
        "mostColumns": {"inputs": MOST_INPUTS, "outputs": MOST_OUTPUTS},
        "mostRows": MOST_ROWS,
        "columnRoles": list(ROLES),
        "mostCharacters": MOST_CHARACTERS,
        "mapRamps": ramps_of(map_ramp),
        "weightRamps": ramps_of(weight_ramp),
        "heightRamps": ramps_of(height_ramp),
        "themeKey": THEME_KEY,
        "glossary": [asdict(term) for term in GLOSSARY],
        "keys": [{"names": list(names), "does": does} for names, does in KEYS],
        "story": {part: [[chapter.key, chapter.title] for chapter in chapters] for part, chapters in STORY.items()},
    }


def view_constants(view: View) -> dict[str, Any]:
    """The fields of a view that its script does not have."""
    fields = ("name", "lasting", "framed", "part", "large_maps")
    return {name: getattr(view, name) for name in fields} | {"small": list(view.small)}


def ramps_of(ramp: Callable[[Theme], Ramp]) -> dict[str, list[str]]:
    """The colours of a scale in each theme, from its lower end to its upper one, equally far apart."""
    return {name: [colour for _, colour in ramp(theme)] for name, theme in THEMES.items()}


def constants_block(knobs: Knobs = KNOBS, *, framed: bool = False, classes: bool = False) -> str:
    """The constants as a block of the page."""
    return data_block(ID, page_constants(knobs, framed=framed, classes=classes))
