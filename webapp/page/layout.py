"""The one page: header, network, and the bench with its knobs, its curve and its weights on one ruled sheet.

It is drawn from plain values, and complete with the first run's words and curve, so that nothing moves when the page
wakes up. Weights and maps are drawn after the curve, which does not wait for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import html

from webapp.base import ids
from webapp.page.components.controls import Children, aria
from webapp.page.components.curve import curve_column
from webapp.page.components.dialogs import edit_sheet, facts_sheet, footer, help_sheet, note
from webapp.page.components.header import header
from webapp.page.components.knobs import knobs
from webapp.page.components.landscape import landscape_section
from webapp.page.components.network import strip
from webapp.page.components.probe import probe_section
from webapp.page.components.run_table import runs_section
from webapp.page.components.step_views import response_part, step_column, weights_part
from webapp.page.components.stores import stores
from webapp.page.components.theme import THEME


@dataclass(frozen=True)
class FirstPage:
    """Everything the page shows before anybody has touched it, as texts, plain numbers and figures."""

    bench: str
    """The first experiment as JSON."""
    experiments: Sequence[Mapping[str, Any]]
    """Rows of {"group": …, "items": [{"value": key, "label": title}, …]}."""
    experiment: str
    hint: str
    """One line about what to look for."""
    frame: Mapping[str, Any]
    """What a script draws of it at once: the cards, the chip, the target."""
    badge: Children
    """What the gradient check says."""
    controls: Mapping[str, Any]
    """What the control of each knob shows, by the knob's name; `position` is where α's slider stands."""
    targets: Sequence[Mapping[str, str]]
    """Rows of {"value": name, "label": title}."""
    choices: Sequence[Mapping[str, str]]
    """The ways to draw inputs, as rows alike."""
    drawn: Mapping[str, Any]
    """The seed and the scheme of the first weights, and the line that says both while they are folded."""
    sentence: Children
    proof: str
    readouts: tuple[str, str, str, str]
    """α, max loss, last loss, learning potential."""
    loss: Mapping[str, Any]
    weights_view: str
    weights_key: Children
    """What the two ends of the colours stand for, made by `colour_key`."""
    response_key: Children
    response_says: Children
    files: Mapping[str, str] | None = None
    """What can be exported, by name; None for a bench that cannot be said in a link."""


def layout(first: FirstPage) -> dmc.MantineProvider:
    """The whole page. The theme follows the system until somebody chooses one."""
    return dmc.MantineProvider(
        [
            html.Div(
                [
                    skip_links(),
                    header(first.experiments, first.experiment, first.hint, first.files),
                    note(),
                    strip(first.badge),
                    bench(first),
                    html.Div([landscape_section(), probe_section()], className="deck"),
                    runs_section(),
                    html.P(id=ids.PRINTED_LINK, className="printed"),
                    footer(),
                ],
                className="page",
            ),
            help_sheet(),
            edit_sheet(),
            facts_sheet(),
            *stores(first.bench, first.frame),
        ],
        id=ids.MANTINE,
        theme=THEME,
        defaultColorScheme="auto",
    )


def skip_links() -> html.Nav:
    """Links to the views that lie behind many knobs, seen once the keyboard reaches them."""
    links = {
        ids.AT_WEIGHTS: "Weights",
        ids.AT_RESPONSE: "Response",
        ids.LANDSCAPE: "Landscape",
        ids.AT_PROBE: "Probe",
        ids.RUNS: "Runs",
    }
    anchors = [html.A(text, href=f"#{part}") for part, text in links.items()]
    return html.Nav(anchors, className="jump", **aria(label="Views"))


def bench(first: FirstPage) -> html.Main:
    """Knobs, curve, and the network at this step, side by side."""
    return html.Main(
        [
            knobs(first.controls, first.targets, first.choices, first.drawn),
            curve_column(first.sentence, first.proof, first.hint, first.readouts, first.controls["filter"], first.loss),
            step_column(
                weights_part(first.weights_view, first.weights_key),
                response_part(first.response_key, first.response_says),
            ),
        ],
        className="bench",
    )
