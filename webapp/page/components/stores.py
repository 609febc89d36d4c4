"""Dash stores: the request slots with their responses."""

from dash import dcc
from dash.development.base_component import Component

SLOTS = tuple((f"request-{slot}", f"answer-{slot}") for slot in range(6))
"""The stores of a request and of its response, slot after slot."""


def stores() -> list[Component]:
    """All stores of the page."""
    return [dcc.Store(id=store) for part in zip(*SLOTS, strict=True) for store in part]
