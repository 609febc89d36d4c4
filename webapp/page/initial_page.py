"""The initial page: the first experiment of the catalogue, or that of a link, after one run."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.experiments.experiment import Experiment
from engine.experiments.run import run
from engine.training.network import affine_weights
from engine.training.weights_figure import AffineWeights
from webapp.base.format import grouped, number
from webapp.bench.actions import PreparedRun
from webapp.bench.page_content import CATALOGUE_CONTENT, PageContent
from webapp.bench.requests import ViewOptions
from webapp.files.exports import EXPORTS, OF_ANY_BENCH
from webapp.page.components.controls import colour_key, marked
from webapp.page.components.step_views import first_weights
from webapp.page.index import data_block
from webapp.page.layout import InitialPage
from webapp.responses.run import controls_of, run_response
from webapp.responses.step_view import sample_at

FIRST_ID = "first-experiment"
FEW = 50
"""The samples of a run whose numbers nobody sees: as many as are judged in the words of a longer one."""
DIGITS = re.compile(r"\d|\b[0-9a-f]{4}\b")
FIGURE_SPACE = "\u2007"
"""A blank as wide as a digit."""


def initial_page(
    content: PageContent = CATALOGUE_CONTENT,
    key: str = "",
    experiment: Experiment | None = None,
    *,
    with_run: bool = True,
) -> InitialPage:
    """The content of the layout, from one run of the first experiment, or of another one that begins with this row.

    Without the run it has the form of the page, but in place of the run's numbers blanks.
    """
    entry = content.rows[key or content.first]
    if experiment is not None:
        entry = replace(entry, source=experiment)
    checkpoint = entry.experiment.network()
    trained = entry.experiment if with_run else cut_short(entry.experiment)
    prepared = PreparedRun(trained, checkpoint, trained.weights)
    view = ViewOptions(theme="light", limits=None, maps=True)
    result = run(trained, checkpoint, wait_for_kernel=False, step=sample_at(view.step, trained.samples))
    response = run_response(entry.key, prepared, result, view, content=content)
    texts, controls, static = response["said"], controls_of(entry.experiment), response["frame"]
    scale, reach = response["weights"]["layout"]["coloraxis"]["cmax"], static["response"]["scale"]
    shown = str if with_run else without_digits
    cells = numbers_of(affine_weights(result.trained)) if with_run else None
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
        sentence=marked((shown(text), mark) for text, mark in texts["sentence"]),
        proof=shown(texts["proof"]),
        failed=with_run and response["failed"],
        readouts=tuple(
            shown(text)
            for text in (
                texts["max"],
                texts["last"],
                texts["potential"],
                response["held"]["final"] if "held" in response else "",
                *first_scores(texts),
                grouped(result.fingerprint),
            )
        ),
        loss=response["loss"] if with_run else response["loss"] | {"data": []},
        weights_view="trained",
        weights=first_weights(static["weights"], cells, scale),
        weights_key=static["weights"]["none"] or colour_key(shown(number(-scale, 2)), shown(number(scale, 2))),
        response_key=colour_key(number(-reach, 1), number(reach, 1)),
        response_text=marked((shown(text), mark) for text, mark in response["response"]["says"]),
        files={name: file.title for name, file in EXPORTS.items() if content.shared or name in OF_ANY_BENCH},
        shared=content.shared,
    )


def cut_short(experiment: Experiment) -> Experiment:
    """The experiment with few samples: its run takes no time, and its page has the same form."""
    samples, batch = min(FEW, experiment.samples), min(FEW, experiment.batch)
    return replace(experiment, samples=samples, batch=batch, distinct=None, without=())


def without_digits(text: str) -> str:
    """The text with a blank in place of each digit, and of a fingerprint's letters."""
    return DIGITS.sub(FIGURE_SPACE, text)


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


def grouped_experiments(content: PageContent = CATALOGUE_CONTENT) -> Sequence[Mapping[str, Any]]:
    """The catalogue as the data of the menu: groups in order, with an item for each entry."""
    groups: dict[str, list[dict[str, str]]] = {}
    for entry in content.rows.values():
        groups.setdefault(entry.group, []).append({"value": entry.key, "label": entry.title})
    return [{"group": group, "items": items} for group, items in groups.items()]
