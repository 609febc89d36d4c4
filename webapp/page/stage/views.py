"""The views of the stage, a row each: tabs, tooltips, links, the stored choice and the styles read this table."""

from collections.abc import Sequence

from webapp.page.stage.comparison import COMPARISON, comparison_panel, comparison_tools
from webapp.page.stage.panels import (
    loss_panel,
    loss_tools,
    output_panel,
    output_tools,
    surface_panel,
    surface_tools,
)
from webapp.page.stage.stage import View

VIEWS = (
    View(
        "loss",
        "Loss",
        "It shows the loss of each sample, step by step.",
        "loss-view",
        loss_panel,
        loss_tools,
        small=("output",),
        framed=True,
    ),
    View(
        "output",
        "Output",
        "It shows what the network answers over its inputs, at the step of the scrubber.",
        "output",
        output_panel,
        output_tools,
        small=("loss",),
        framed=True,
        large_maps=True,
    ),
    View(
        "surface",
        "Surface",
        "The mean loss on the plane through the starting weights, the end of the run before and the end of this one. "
        "Both runs are drawn on it.",
        "surface",
        surface_panel,
        surface_tools,
        small=("output", "loss"),
    ),
    View(
        "weights",
        "Weights",
        "It shows the weights of every dense layer as heat maps, at the step of the scrubber. A cell that is pointed "
        "at gives its number to the last bit; a drag is a zoom, a double-click goes back.",
        "at-weights",
        None,
        small=("output", "loss"),
        part="weights",
    ),
    View(
        COMPARISON,
        "Compare",
        "It shows a pinned run beside the current one.",
        "compare",
        comparison_panel,
        comparison_tools,
        lasting=False,
    ),
)

FIRST = "output"
"""The view of somebody who has chosen none."""


def style_rules(views: Sequence[View] = VIEWS) -> str:
    """The styles that hide what belongs to other views than the one on the stage, and the tabs of hidden parts."""
    hidden = [f":root[data-view={view.name}] [data-of]:not([data-of~={view.name}])" for view in views]
    hidden += [f":root[data-hide~={view.part}] #{view.tab_id}" for view in views if view.part]
    return f"{', '.join(hidden)} {{ display: none !important; }}\n"
