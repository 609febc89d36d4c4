"""The charts use the page's own colours, and signed numbers fade into the paper at zero."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from webapp.base import theme as base_theme
from webapp.base.theme import FONT, STOPS, THEMES, blank_layout, height_ramp, map_ramp, weight_ramp

TOKENS = Path(__file__).parents[3] / "assets" / "css" / "tokens.css"
NOT_IN_CSS = {"name", "seq_0", "seq_1"}
"""The ends of the ramp of heights, which the server mixes, are in no style."""


def tokens(theme: str) -> dict[str, str]:
    """The colours of tokens.css in that theme, in lower case, by their names."""
    css = re.sub(r"/\*.*?\*/", "", TOKENS.read_text("utf-8"), flags=re.DOTALL)
    blocks = re.findall(r"([^{}]*)\{([^{}]*)\}", css)
    chosen = [body for selector, body in blocks if ("dark" in selector) == (theme == "dark") and "--paper" in body]
    assert len(chosen) == 1
    return {name: colour.lower() for name, colour in re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{6})\s*;", chosen[0])}


def class_colours() -> list[str]:
    """The colours of classes, which are the same in both themes."""
    (found,) = re.findall(r"--classes:\s*([^;]+);", TOKENS.read_text("utf-8"))
    return list(found.split())


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
        for name in ("ink", "ink_2", "ink_3", "now", "bad"):
            assert contrast(getattr(theme, name), theme.paper) >= 4.5, name
        for name in ("edge", "neg", "pos"):
            assert contrast(getattr(theme, name), theme.paper) >= 3.0, name
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


EYES = {
    "all cones": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
    ),
}
"""The linear red, green and blue that each eye sees (Machado, Oliveira and Fernandes 2009, severity 1)."""
AREA = 0.75
"""The share of a class's colour over the background where its answer is certain."""


def seen_apart(colours: Sequence[str], paper: str, eye: str) -> float:
    """The least distance of two of these colours in OKLab, as areas on that background, for such eyes."""
    rgb = np.array([[int(text[k : k + 2], 16) / 255 for k in (1, 3, 5)] for text in (paper, *colours)])
    mixed = rgb[0] + AREA * (rgb[1:] - rgb[0])
    linear = np.where(mixed <= 0.04045, mixed / 12.92, ((mixed + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ EYES[eye].T, 0.0, 1.0)
    lab = np.cbrt(seen @ base_theme._RGB_TO_LMS.T) @ base_theme._LMS_TO_LAB.T
    apart = np.linalg.norm(lab[:, None] - lab[None], axis=2)
    return float(apart[~np.eye(len(colours), dtype=bool)].min())


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("name", THEMES)
def test_colours_of_classes_stay_apart_for_every_eye(name: str, eye: str) -> None:
    paper = THEMES[name].paper
    colours = class_colours()
    assert len(set(colours)) == 10
    assert seen_apart(colours[:3], paper, eye) > 0.1
    assert seen_apart(colours, paper, eye) > 0.07
    assert seen_apart([*colours[:9], colours[0]], paper, eye) == 0.0
