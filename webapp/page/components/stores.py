"""Dash stores: the request slots with their responses."""

from dash import dcc
from dash.development.base_component import Component

from webapp.base import ids

SLOT_STORES = (
    ids.REQUEST_0,
    ids.REQUEST_1,
    ids.REQUEST_2,
    ids.REQUEST_3,
    ids.REQUEST_4,
    ids.ANSWER_0,
    ids.ANSWER_1,
    ids.ANSWER_2,
    ids.ANSWER_3,
    ids.ANSWER_4,
)


def stores() -> list[Component]:
    """All stores of the page."""
    return [dcc.Store(id=store) for store in SLOT_STORES]
