"""A pixel of a zoom is said with the knobs of its own run, however coarse the picture is."""

import base64
from typing import Any

import numpy as np
import pytest

from tests.scripts.node import Scripts, scripts

page = scripts("sweeps/zoom_picture.js")
WINDOW = {
    "x": {"name": "alpha", "low": 0.0, "high": 1.0, "log": False},
    "y": {"name": "momentum", "low": 0.0, "high": 0.8, "log": False},
}
SAID = """
const [window, reply, one, at] = arguments, picture = nnbench.emptyPicture(window, { samples: 100, one });
nnbench.takeLines(picture, reply, 0);
return [nnbench.pixelText(picture, at), nnbench.knobsAtPixel(picture, at)];
"""


@pytest.mark.parametrize(("number", "one", "end"), [
    (0.25, "step", "final loss 0.250"), (-34.0, "step", "diverged at step 24"),
    (-34.0, "sample", "diverged at sample 24"),
])  # fmt: skip
def test_a_pixel_of_a_coarse_picture_is_said_with_the_knobs_to_which_a_click_turns(
    page: Scripts, number: float, one: str, end: str
) -> None:
    values = {"alpha": [0.125, 0.375, 0.625, 0.875], "momentum": [0.1, 0.3, 0.5, 0.7]}
    bdata = base64.b64encode(np.full(16, number, "<f4").tobytes()).decode()
    reply: dict[str, Any] = {
        "pixels": 4, "across": "momentum", "values": values, "numbers": {"dtype": "f4", "bdata": bdata},
    }  # fmt: skip
    said, knobs = page.execute_script(SAID, WINDOW, reply, one, {"alpha": 70, "momentum": 250})
    assert knobs == {"alpha": 0.375, "momentum": 0.7}
    assert said == f"α 0.375, momentum 0.7: {end}."
