"""Dash stores: the request slots with their responses, and the first experiment with its static view."""

from collections.abc import Mapping
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from webapp.base import ids

SLOT_STORES = (
    ids.REQUEST_0,
    ids.REQUEST_1,
    ids.REQUEST_2,
    ids.ANSWER_0,
    ids.ANSWER_1,
    ids.ANSWER_2,
)


def stores(experiment_json: str, static_view: Mapping[str, Any]) -> list[Component]:
    """All stores; the scripts start with the first experiment, as JSON, and its static view."""
    return [
        dcc.Store(id=ids.FRAME, data=dict(static_view)),
        dcc.Store(id=ids.BENCH, data=experiment_json),
        *(dcc.Store(id=store) for store in SLOT_STORES),
    ]
