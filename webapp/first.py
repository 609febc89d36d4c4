"""The page before anybody has touched it: the first experiment of the catalogue, run once, whole."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from engine.run import run
from webapp.acts import Staged
from webapp.answers import answer_to
from webapp.asks import View
from webapp.offer import EVERYTHING, Offer
from webapp.pages.bench import FirstPage


def first_page(offer: Offer = EVERYTHING) -> FirstPage:
    """Everything that the layout shows, from one run of the first experiment."""
    row = offer.rows[offer.first]
    checkpoint = row.experiment.network()
    staged = Staged(row.experiment, checkpoint, row.experiment.weights)
    view = View(theme="light", limits=None, maps=True)
    answer = answer_to(row.key, staged, run(row.experiment, checkpoint, patient=False), view, offer=offer)
    said, controls = answer["said"], answer["controls"]
    return FirstPage(
        bench=row.experiment.to_json(),
        experiments=grouped_experiments(offer),
        experiment=row.key,
        hint=row.look_for,
        network=answer["strip"]["line"],
        chip=answer["strip"]["chip"],
        alpha=controls["alpha"],
        alpha_position=controls["position"],
        samples=controls["samples"],
        seed=controls["seed"],
        targets=controls["ideals"],
        target=controls["ideal"],
        formulas=row.experiment.target.formulas,
        inputs=controls["inputs"],
        filter=controls["filter"],
        sentence=[html.B(text, className=mark) if mark else text for text, mark in said["sentence"]],
        proof=said["proof"],
        readouts=(said["alpha"], said["max"], said["last"], said["potential"]),
        loss=answer["loss"],
        weights_view="trained",
        weights=answer["weights"]["figure"],
        weight_cells=[],
        weights_key=answer["weights"]["key"],
        response=answer["response"]["figure"],
        response_key=answer["response"]["key"],
        response_says=[html.B(text) if mark else text for text, mark in answer["response"]["says"]],
    )


def grouped_experiments(offer: Offer = EVERYTHING) -> Sequence[Mapping[str, Any]]:
    """The catalogue as the picker shows it: groups in order, a row each."""
    groups: dict[str, list[dict[str, str]]] = {}
    for row in offer.rows.values():
        groups.setdefault(row.group, []).append({"value": row.key, "label": row.title})
    return [{"group": group, "items": items} for group, items in groups.items()]
