"""The knobs for the page's scripts, as plain JSON: derived from the table, a row a knob.

Beside it, `run_fields` of `webapp.bench.run_summary` lists the fields of a summary that name its run.
"""

from dataclasses import asdict
from typing import Any

from engine.experiments.knobs import KNOBS, Choice, Knobs, Seed, Whole
from webapp.bench.knob_controls import control_inputs, slider_of


def knob_constants(knobs: Knobs = KNOBS) -> list[dict[str, Any]]:
    """A row for each knob of the table.

    `name` is its field in a summary, and in a request where it is `plain`; `default` is its value where data of an
    earlier version lacks it; `controls` are the components that turn it, with the property that a user changes;
    `options` has the titles of the values of a choice, and `words` holes for its value and that title.
    """
    return [
        {
            "name": knob.name,
            "title": knob.title,
            "label": knob.label,
            "link": knob.link_name,
            "plain": knob.plain,
            "grouped": isinstance(knob.kind, Whole) and not isinstance(knob.kind, Seed),
            "default": knob.kind.plain(knob.default),
            "namesRun": knob.names_run,
            "controls": [list(control) for control in control_inputs(knob)],
            "slider": asdict(slider) if (slider := slider_of(knob)) else None,
            "options": dict(knob.kind.options) if isinstance(knob.kind, Choice) else None,
            "words": knob.words.format(label=knob.label, value="{value}", title="{title}"),
            "needs": knob.needs,
        }
        for knob in knobs.values()
    ]
