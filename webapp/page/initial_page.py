"""The page before anybody has touched it: the first experiment of the catalogue, run once, whole."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dash import html

from engine.experiments.run import run
from webapp.base.format import number
from webapp.bench.actions import PreparedRun
from webapp.bench.page_content import CATALOGUE_CONTENT, PageContent
from webapp.bench.requests import ViewOptions
from webapp.files.exports import FILES
from webapp.page.components.controls import colour_key
from webapp.page.layout import FirstPage
from webapp.responses.run import run_response
from webapp.responses.step_view import sample_at


def first_page(content: PageContent = CATALOGUE_CONTENT) -> FirstPage:
    """Everything that the layout shows, from one run of the first experiment."""
    row = content.rows[content.first]
    checkpoint = row.experiment.network()
    prepared = PreparedRun(row.experiment, checkpoint, row.experiment.weights)
    view = ViewOptions(theme="light", limits=None, maps=True)
    result = run(row.experiment, checkpoint, wait_for_kernel=False, step=sample_at(view.step, row.experiment.samples))
    answer = run_response(row.key, prepared, result, view, content=content)
    said, frame = answer["said"], answer["frame"]
    scale, reach = answer["weights"]["scale"], frame["response"]["scale"]
    return FirstPage(
        bench=row.experiment.to_json(),
        experiments=grouped_experiments(content),
        experiment=row.key,
        hint=frame["hint"],
        frame=frame,
        badge=frame["badge"]["text"],
        controls=answer["controls"],
        targets=frame["ideals"],
        choices=frame["inputs"],
        drawn=frame["drawn"],
        sentence=marked(said["sentence"]),
        proof=said["proof"],
        readouts=(said["alpha"], said["max"], said["last"], said["potential"]),
        loss=answer["loss"],
        weights_view="trained",
        weights_key=frame["weights"]["none"] or colour_key(number(-scale, 2), number(scale, 2)),
        response_key=colour_key(number(-reach, 1), number(reach, 1)),
        response_says=marked(answer["response"]["says"]),
        files={name: file.title for name, file in FILES.items()} if content.shared else None,
    )


def marked(pieces: Iterable[Sequence[str]]) -> list[Any]:
    """Text with marks, as components."""
    return [html.B(text, className=mark) if mark else text for text, mark in pieces]


def grouped_experiments(content: PageContent = CATALOGUE_CONTENT) -> Sequence[Mapping[str, Any]]:
    """The catalogue as the picker shows it: groups in order, a row each."""
    groups: dict[str, list[dict[str, str]]] = {}
    for row in content.rows.values():
        groups.setdefault(row.group, []).append({"value": row.key, "label": row.title})
    return [{"group": group, "items": items} for group, items in groups.items()]
