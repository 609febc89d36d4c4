"""A zoom's lines are the engine's, a request is bounded and ends when nobody waits, and a refusal is a sentence."""

import base64
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.experiments.catalogue import CATALOGUE
from engine.sweeps.zoom.border import border_of, box_dimension, dimension_words
from engine.sweeps.zoom.window import PIXELS, WindowAxis, window_of
from tests.webapp.decoding import decoded
from webapp.analyses.landscape import zoom as zooming
from webapp.analyses.landscape.zoom import AS_ONE, COARSE, REQUEST_RUNS, SHORT, zoom, zoom_border
from webapp.base.validation import Malformed
from webapp.bench.actions import PreparedRun
from webapp.jobs.job import ClientGone, Job


def prepared(samples: int = 200) -> PreparedRun:
    experiment = replace(CATALOGUE["square-map"].experiment, samples=samples)
    return PreparedRun(experiment, experiment.network())


def question(**changes: Any) -> dict[str, Any]:
    return {
        "x": ["alpha", 0.01, 1.0, True], "y": ["momentum", 0.0, 0.9, False], "coarse": False, "first": 0,
    } | changes  # fmt: skip


def test_the_lines_of_all_requests_are_the_engines_picture_coarse_and_fine() -> None:
    about = prepared()
    sides = WindowAxis("alpha", 0.01, 1.0, by_factor=True), WindowAxis("momentum", 0.0, 0.9)
    window = window_of(about.experiment, about.checkpoint, *sides)
    coarse = zoom(about, question(coarse=True))
    assert (coarse["pixels"], coarse["across"], coarse["says"]) == (COARSE, "momentum", "")
    assert coarse["runs"] == COARSE**2 // AS_ONE
    assert coarse["values"]["alpha"] == window.x.values(COARSE).tolist()
    parts: list[Any] = []
    while (first := sum(map(len, parts)) // PIXELS) < PIXELS:
        reply = zoom(about, question(first=first))
        assert reply["runs"] <= REQUEST_RUNS // AS_ONE
        parts.append(decoded(reply["numbers"]))
    numbers = np.concatenate(parts).reshape(PIXELS, PIXELS)
    expected = window.lines(PIXELS, range(PIXELS)).astype("f4")
    assert numbers.tobytes() == expected.tobytes()
    ends = np.where(numbers >= 0, 1, 0).astype("u1")
    said = zoom_border(about, {"ends": base64.b64encode(ends.tobytes()).decode()})["says"]
    assert said == dimension_words(box_dimension(border_of(numbers.astype(float))))


def test_a_window_that_cannot_be_shown_is_a_sentence_and_a_coarser_one_says_why() -> None:
    about = prepared()
    assert "no width" in zoom(about, question(x=["alpha", 0.1, 0.1, False]))["none"]
    assert "samples is none" in zoom(about, question(x=["samples", 1, 100, False]))["none"]
    assert "Doubles end here" in zoom(about, question(x=["alpha", 0.1, 0.1 + 1e-16, False]))["none"]
    assert "doubles tell no more apart" in zoom(about, question(x=["alpha", 0.1, 0.1 + 1e-15, False]))["says"]
    assert "would take too long" in zoom(prepared(20_000), question(coarse=True))["says"]
    for spoiled in (question(first=PIXELS), question(first=-1), question(x=["alpha", 0.1, 1]), question(coarse=1)):
        with pytest.raises(Malformed):
            zoom(about, spoiled)
    for ends in (b"", bytes([3]) * PIXELS**2):
        with pytest.raises(Malformed):
            zoom_border(about, {"ends": base64.b64encode(ends).decode()})


def test_long_lines_are_made_on_threads_in_their_order() -> None:
    spiral = CATALOGUE["spiral"].experiment.replace_unchecked(samples=200)
    about = PreparedRun(spiral, spiral.network())
    sides = WindowAxis("alpha", 0.01, 1.0, by_factor=True), WindowAxis("momentum", 0.0, 0.9)
    window = window_of(spiral, about.checkpoint, *sides)
    assert window.line_seconds(16) < SHORT < window.line_seconds(PIXELS)
    found = decoded(zoom(about, question(first=PIXELS - 5))["numbers"])
    assert found.tobytes() == window.lines(PIXELS, range(PIXELS - 5, PIXELS)).astype("f4").tobytes()


@pytest.mark.parametrize("samples", [200, 2_000])
def test_no_line_is_made_once_nobody_waits(samples: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Leaving(Job):
        looks = 0

        def check_cancelled(self) -> None:
            self.looks += 1
            if self.looks > 3:
                raise ClientGone

    job = Leaving()
    monkeypatch.setattr(zooming, "current_job", lambda: job)
    with pytest.raises(ClientGone):
        zoom(prepared(samples), question())
    assert job.looks == 4
