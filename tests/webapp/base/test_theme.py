"""The charts use the page's own colours, and signed numbers fade into the paper at zero."""

import re
from dataclasses import asdict
from pathlib import Path

import numpy as np

from webapp.base.theme import FONT, STOPS, THEMES, blank_layout, height_ramp, map_ramp, weight_ramp

TOKENS = Path(__file__).parents[3] / "assets" / "css" / "tokens.css"
NOT_IN_CSS = {"name"}


def tokens(theme: str) -> dict[str, str]:
    """The colours of tokens.css in that theme, in lower case, by their names."""
    css = re.sub(r"/\*.*?\*/", "", TOKENS.read_text("utf-8"), flags=re.DOTALL)
    blocks = re.findall(r"([^{}]*)\{([^{}]*)\}", css)
    chosen = [body for selector, body in blocks if ("dark" in selector) == (theme == "dark") and "--paper" in body]
    assert len(chosen) == 1
    return {name: colour.lower() for name, colour in re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{6})\s*;", chosen[0])}


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted(map(luminance, (one, other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    rgb = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_colours_are_tokens_of_the_style_sheet_and_contrast_with_the_background() -> None:
    for theme in THEMES.values():
        css = tokens(theme.name)
        ours = {name.replace("_", "-"): colour for name, colour in asdict(theme).items() if name not in NOT_IN_CSS}
        assert {name: css.get(name) for name in ours} == ours
    for theme in THEMES.values():
        for name in ("ink", "ink_2", "ink_3", "now", "bad"):
            assert contrast(getattr(theme, name), theme.paper) >= 4.5, name
        for name in ("edge", "neg", "pos"):
            assert contrast(getattr(theme, name), theme.paper) >= 3.0, name
    for theme in THEMES.values():
        layout = blank_layout(theme, {"l": 1, "r": 2, "t": 3, "b": 4})
        assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0,0,0,0)"
        assert layout["font"] == {"family": FONT, "size": 12, "color": theme.ink_3}
        assert layout["margin"] == {"l": 1, "r": 2, "t": 3, "b": 4}


def test_a_ramp_goes_from_one_sign_through_zero_to_the_other_and_gets_stronger() -> None:
    for ramp in [weight_ramp, map_ramp]:
        for theme in THEMES.values():
            stops = weight_ramp(theme) if ramp is weight_ramp else map_ramp(theme)
            ends = (theme.neg, theme.pos) if ramp is weight_ramp else (theme.neg_map, theme.pos_map)
            assert len(stops) == STOPS
            assert [place for place, _ in stops] == [k / (STOPS - 1) for k in range(STOPS)]
            assert (stops[0][1], stops[STOPS // 2][1], stops[-1][1]) == (ends[0], theme.zero, ends[1])
    for theme in THEMES.values():
        distances, middle = [contrast(colour, theme.zero) for _, colour in weight_ramp(theme)], STOPS // 2
        assert distances[: middle + 1] == sorted(distances[: middle + 1], reverse=True)
        assert distances[middle:] == sorted(distances[middle:])


def test_the_colours_of_a_landscape_go_evenly_from_near_the_paper_to_the_strongest() -> None:
    for theme in THEMES.values():
        ramp = height_ramp(theme)
        assert [place for place, _ in ramp] == [k / (STOPS - 1) for k in range(STOPS)]
        assert (ramp[0][1], ramp[-1][1]) == (theme.seq_0, theme.seq_1)
