"""Mantine's theme; all other styles are in assets/, for both colour schemes.

Mantine's own controls are unstyled on this page, so this theme only affects what it draws around them.
"""

from typing import Any

FONT = '"IBM Plex Sans", system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif'
INK = (
    "#e9eced", "#d3d8da", "#b4bcc0", "#929b9f", "#788186",
    "#636b70", "#474f54", "#2c3337", "#20272a", "#15191b",
)  # fmt: skip

THEME: dict[str, Any] = {
    "fontFamily": FONT,
    "colors": {"ink": INK},
    "primaryColor": "ink",
    "primaryShade": {"light": 9, "dark": 0},
    "defaultRadius": 6,
    "respectReducedMotion": True,
}
