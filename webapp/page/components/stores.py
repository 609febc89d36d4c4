"""The slots in which requests leave and answers come; the first experiment and its frame, which wake the page up."""

from collections.abc import Mapping
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from webapp.base import ids

OF_THE_PAGE = (
    ids.REQUEST_0,
    ids.REQUEST_1,
    ids.REQUEST_2,
    ids.ANSWER_0,
    ids.ANSWER_1,
    ids.ANSWER_2,
)


def stores(bench: str, frame: Mapping[str, Any]) -> list[Component]:
    """One store for each thing remembered; bench is the first experiment as JSON, frame what is drawn of it at once."""
    return [
        dcc.Store(id=ids.FRAME, data=dict(frame)),
        dcc.Store(id=ids.BENCH, data=bench),
        *(dcc.Store(id=store) for store in OF_THE_PAGE),
    ]
