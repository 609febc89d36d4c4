"""What the page's scripts need from Python, sent once with the page, so that no constant is written in both languages.

`assets/js/core/constants.js` reads it; `assets/js/core/types.js` says what it holds.
"""

import json
from dataclasses import fields
from typing import Any

from engine.facts import LARGEST_SEED
from engine.filters import FILTERS
from engine.landscape import AXES
from engine.reading import MOST_CHARACTERS
from engine.results import ALONG
from engine.table import MOST_COLUMNS
from webapp.answers.strip import MOST_CELLS
from webapp.asides.landscape.plan import COUNT, POSITIONS
from webapp.asides.scent import FIRST_SAMPLES
from webapp.asides.seeds import SEEDS
from webapp.asks import LARGEST_OWN
from webapp.figures.loss import DOTS, LOWER
from webapp.knobs import ALPHA_NUMERATOR, ALPHA_SHIFT, ALPHA_SLIDER_STEPS, LARGEST_SLIDER_ALPHA, SLIDER_SAMPLES
from webapp.pages import THEME_KEY
from webapp.words import ALMOST_NOTHING, WIDEST_WEIGHT, Summary

ID = "page-constants"

RESULTS = {"settled", "first", "diverged_at", "fingerprint"}
"""The fields of a summary that follow from the others."""

EXPERIMENT_FIELDS = ("title", "ideal", "inputs", "network", "checkpoint")
"""The fields of a summary that name an experiment and its checkpoint, whatever the knobs say."""


def page_constants() -> dict[str, Any]:
    """Everything that is sent, as plain JSON values."""
    return {
        "knobs": {
            "alpha": {
                "numerator": ALPHA_NUMERATOR,
                "shift": ALPHA_SHIFT,
                "largest": LARGEST_SLIDER_ALPHA,
                "steps": ALPHA_SLIDER_STEPS,
            },
            "samples": {"lowest": 1, "highest": SLIDER_SAMPLES},
            "seeds": {"all": LARGEST_SEED + 1, "together": SEEDS},
            "filters": list(FILTERS),
        },
        "runFields": [field.name for field in fields(Summary) if field.name not in RESULTS],
        "experimentFields": list(EXPERIMENT_FIELDS),
        "runHashes": ALONG,
        "landscape": {
            "positions": {
                "first": POSITIONS[0],
                "step": round(POSITIONS[1] - POSITIONS[0], 6),
                "count": len(POSITIONS),
            },
            "count": COUNT,
            "words": AXES,
        },
        "traces": {"dots": DOTS, "lower": LOWER},
        "overshootSamples": FIRST_SAMPLES,
        "almostSame": ALMOST_NOTHING,
        "widestWeight": WIDEST_WEIGHT,
        "cardCells": MOST_CELLS,
        "largestInput": LARGEST_OWN,
        "mostColumns": MOST_COLUMNS,
        "mostCharacters": MOST_CHARACTERS,
        "themeKey": THEME_KEY,
    }


def constants_block() -> str:
    """The constants as a block of the page: data that no browser runs, so the Content-Security-Policy needs no hash."""
    text = json.dumps(page_constants(), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="{ID}">{text}</script>'
