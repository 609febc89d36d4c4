"""The initial page: the first experiment of the catalogue, or that of a link, after one run."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dash import html

from engine.experiments.experiment import Experiment
from engine.experiments.run import run
from engine.training.network import affine_weights
from engine.training.weights_figure import AffineWeights
from webapp.base.format import grouped, number
from webapp.bench.actions import PreparedRun
from webapp.bench.page_content import CATALOGUE_CONTENT, PageContent
from webapp.bench.requests import ViewOptions
from webapp.files.exports import EXPORTS, OF_ANY_BENCH
from webapp.page.components.controls import colour_key
from webapp.page.components.step_views import first_weights
from webapp.page.index import data_block
from webapp.page.layout import InitialPage
from webapp.responses.run import run_response
from webapp.responses.step_view import sample_at

FIRST_ID = "first-experiment"


def initial_page(
    content: PageContent = CATALOGUE_CONTENT, key: str = "", experiment: Experiment | None = None
) -> InitialPage:
    """The content of the layout, from one run of the first experiment, or of another one that begins with this row."""
    entry = content.rows[key or content.first]
    if experiment is not None:
        entry = replace(entry, source=experiment)
    checkpoint = entry.experiment.network()
    prepared = PreparedRun(entry.experiment, checkpoint, entry.experiment.weights)
    view = ViewOptions(theme="light", limits=None, maps=True)
    result = run(
        entry.experiment, checkpoint, wait_for_kernel=False, step=sample_at(view.step, entry.experiment.samples)
    )
    response = run_response(entry.key, prepared, result, view, content=content)
    texts, controls, static = response["said"], response["controls"], response["frame"]
    scale, reach = response["weights"]["layout"]["coloraxis"]["cmax"], static["response"]["scale"]
    return InitialPage(
        experiment_json=entry.experiment.to_json(),
        experiments=grouped_experiments(content),
        experiment=entry.key,
        hint=static["hint"],
        static_view=static,
        badge=static["badge"]["text"],
        controls=controls,
        targets=static["ideals"],
        input_choices=static["inputs"],
        initial_weights=static["drawn"],
        sentence=marked(texts["sentence"]),
        proof=texts["proof"],
        readouts=(
            texts["max"],
            texts["last"],
            texts["potential"],
            response["held"]["final"] if "held" in response else "",
            *first_scores(texts),
            grouped(result.fingerprint),
        ),
        loss=response["loss"],
        weights_view="trained",
        weights=first_weights(static["weights"], numbers_of(affine_weights(result.trained)), scale),
        weights_key=static["weights"]["none"] or colour_key(number(-scale, 2), number(scale, 2)),
        response_key=colour_key(number(-reach, 1), number(reach, 1)),
        response_text=marked(response["response"]["says"]),
        files={name: file.title for name, file in EXPORTS.items() if content.shared or name in OF_ANY_BENCH},
        shared=content.shared,
    )


def first_scores(texts: Mapping[str, Any]) -> tuple[str, str]:
    """The scores of the rows of a table, those learned from and those held out; empty where there are none."""
    learned, held_out = [*(text for _, text in texts.get("scores", [])), "", ""][:2]
    return learned, held_out


def numbers_of(layers: Sequence[AffineWeights]) -> list[float]:
    """All the weights, layer by layer, M row by row and then b."""
    return [float(weight) for pair in layers for array in pair for weight in array.ravel()]


def first_block(page: InitialPage) -> str:
    """The start values of the scripts: the experiment, its key, its static view, and the values of its controls."""
    first = {
        "key": page.experiment,
        "experiment": json.loads(page.experiment_json),
        "frame": page.static_view,
        "controls": page.controls,
    }
    return data_block(FIRST_ID, first)


def marked(pieces: Iterable[Sequence[str]]) -> list[Any]:
    """Pieces of text with CSS classes, as components."""
    return [html.B(text, className=mark) if mark else text for text, mark in pieces]


def grouped_experiments(content: PageContent = CATALOGUE_CONTENT) -> Sequence[Mapping[str, Any]]:
    """The catalogue as the data of the menu: groups in order, with an item for each entry."""
    groups: dict[str, list[dict[str, str]]] = {}
    for entry in content.rows.values():
        groups.setdefault(entry.group, []).append({"value": entry.key, "label": entry.title})
    return [{"group": group, "items": items} for group, items in groups.items()]
