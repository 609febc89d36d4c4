"""The layout of the page: header, network, and the bench with its knobs, its curve and its weights.

It is built from plain values, and complete with the texts, the curve and the weights of the first run, so that nothing
moves when the scripts start. The maps are drawn after the curve, which does not wait for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import html

from webapp.page.components.controls import Children, aria
from webapp.page.components.curve import curve_column, embed_line
from webapp.page.components.dialogs import (
    curve_table_dialog,
    data_dialog,
    footer,
    help_dialog,
    notice_bar,
    share_dialog,
    sweeps_dialog,
    weight_dialog,
)
from webapp.page.components.header import first_visit, header
from webapp.page.components.knobs import knobs
from webapp.page.components.landscape import landscape_section
from webapp.page.components.lesson import Lesson, lesson, link_notice
from webapp.page.components.network import network_section
from webapp.page.components.probe import probe_section
from webapp.page.components.run_table import runs_section
from webapp.page.components.step_views import FirstWeights, response_part, step_column, weights_part
from webapp.page.components.stores import stores
from webapp.page.components.theme import THEME
from webapp.page.stage.comparison import compared_weights
from webapp.page.stage.stage import ShownRun
from webapp.page.stage.views import VIEWS


@dataclass(frozen=True)
class InitialPage:
    """The content of the page before any interaction, as texts, plain numbers and figures."""

    experiment_json: str
    """The first experiment as JSON."""
    experiments: Sequence[Mapping[str, Any]]
    """Rows of {"group": …, "items": [{"value": key, "label": title}, …]}."""
    experiment: str
    hint: str
    """One line about where to look."""
    static_view: Mapping[str, Any]
    """The static view, which a script draws at once: the cards, the chip, the target."""
    badge: Children
    """The sentence of the gradient check."""
    controls: Mapping[str, Any]
    """The values of the controls, by their knobs' names; `position` is the position of α's slider."""
    targets: Sequence[Mapping[str, str]]
    """Rows of {"value": name, "label": title}."""
    input_choices: Sequence[Mapping[str, str]]
    """The input distributions, as such rows too."""
    initial_weights: Mapping[str, Any]
    """The seed and the initializer of the starting weights, and the line that names both while the knob is folded."""
    sentence: Children
    proof: str
    readouts: tuple[str, ...]
    """Max loss, last loss, learning potential, the held-out loss, the scores of learned and held-out rows, each or "",
    and the fingerprint of the run."""
    loss: Mapping[str, Any]
    weights_view: str
    weights: FirstWeights
    """The trained ones."""
    weights_key: Children
    """The values at the two ends of the colour scale, from `colour_key`."""
    response_key: Children
    response_text: Children
    files: Mapping[str, str]
    """The titles of the exports by name."""
    failed: bool = False
    """Whether there is room for the cause of a failure."""
    shared: bool = True
    """Whether links express the bench."""
    lesson: Lesson | None = None
    framed: bool = False
    """Whether it is in somebody else's page."""
    notice: str = ""
    """One line about its link."""
    good: bool = True
    """Whether that tells of nothing amiss."""


def layout(page: InitialPage) -> dmc.MantineProvider:
    """The whole page as one tree. The theme follows the system until the user chooses one."""
    return dmc.MantineProvider(
        [
            html.Div(
                [
                    skip_links(FIRST_LINKS, "Jump to"),
                    html.P(id="announced", className="spoken", role="status"),
                    header(page.experiments, page.experiment, page.hint, page.files, shared=page.shared),
                    notice_bar(),
                    network_section(page.badge, page.static_view["badge"]["state"], page.static_view["strip"]["chip"]),
                    bench(page),
                    embed_line(),
                    html.Div([landscape_section(), probe_section()], className="deck"),
                    runs_section(),
                    html.P(id="printed-link", className="printed"),
                    footer(),
                ],
                className="page",
            ),
            help_dialog(),
            weight_dialog(),
            data_dialog(),
            curve_table_dialog(),
            sweeps_dialog(),
            *([share_dialog()] if page.shared else []),
            *stores(),
        ],
        id="mantine-provider",
        theme=THEME,
        defaultColorScheme="auto",
    )


FIRST_LINKS = {"knob-alpha": "Knobs", "sentence": "Result"}
"""The targets of the first two links of the page."""

LINKS_PAST_KNOBS = {
    "at-weights": "Weights",
    "at-response": "Output",
    "landscape": "Landscape",
    "at-probe": "Probe",
    "runs": "Runs",
}
"""The targets of the links behind the knobs."""


def skip_links(links: Mapping[str, str], name: str) -> html.Nav:
    """Links to parts of the page, by their ids, visible when they have the keyboard's focus."""
    anchors = [html.A(text, href=f"#{part}") for part, text in links.items()]
    return html.Nav(anchors, className="jump", **aria(label=name))


def bench(page: InitialPage) -> html.Main:
    """Knobs, curve, and the network at this step, side by side."""
    outputs = len(page.static_view["target"]["formulas"])
    maps = page.static_view["response"]
    shown = ShownRun(page.loss, page.controls["filter"], outputs, page.static_view.get("answers"), page.failed)
    return html.Main(
        [
            knobs(
                page.controls,
                page.targets,
                page.input_choices,
                page.initial_weights,
                outputs,
                page.lesson["control"] if page.lesson else "",
            ),
            skip_links(LINKS_PAST_KNOBS, "Jump past the knobs to"),
            *([first_visit("first-visit-phone", "phone")] if page.shared else []),
            curve_column(
                (lesson(page.lesson, framed=page.framed), link_notice(page.notice, good=page.good)),
                page.sentence,
                page.proof,
                page.readouts,
                VIEWS,
                shown,
            ),
            step_column(
                response_part(page.response_key, page.response_text, 1 if maps["inputs"] == 1 else maps["rows"]),
                weights_part(page.weights_view, page.weights_key, page.controls["samples"], page.weights),
                compared_weights(),
            ),
        ],
        className="bench",
    )
