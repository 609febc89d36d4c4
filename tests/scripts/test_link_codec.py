"""The texts of a link about a lesson and its run, and the step at which a run parts from the one that its link names.

The module runs in Node.
"""

from typing import Any

import numpy as np
import pytest

from engine.base.metrics import hashes_along
from tests.scripts.node import Scripts, scripts
from webapp.base.format import grouped

FINGERPRINT = "a5671021"

page = scripts("model/link_codec.js")


def compared(page: Scripts, named: dict[str, Any], along: str, samples: int) -> dict[str, Any]:
    """The page's words about a run that came for a link."""
    response = {"along": along, "summary": {"fingerprint": FINGERPRINT, "samples": samples}}
    found: dict[str, Any] = page.call("compareWithLink", named, response)
    return found


def test_a_link_without_a_lesson_says_nothing_of_one(page: Scripts) -> None:
    assert page.execute_script("return nnbench.lessonQuery(null)") == ""


def test_a_chapter_is_said_by_its_key_and_another_lesson_by_its_words(page: Scripts) -> None:
    script = "return nnbench.lessonQuery(arguments[0])"
    assert page.execute_script(script, {"key": "fast", "title": "t", "prompt": "p"}) == "&lesson=fast"
    lesson = {"key": None, "title": "α & β", "prompt": "Turn it up."}
    assert page.execute_script(script, lesson) == "&title=%CE%B1+%26+%CE%B2&prompt=Turn+it+up."


def test_a_shared_link_names_its_run_by_the_fingerprint_and_the_hashes_along_it(page: Scripts) -> None:
    run = {"summary": {"fingerprint": FINGERPRINT}, "along": "00" * 16}
    assert page.call("runQuery", run) == f"&run={FINGERPRINT}{'00' * 16}"


def test_equal_runs_are_reproduced(page: Scripts) -> None:
    along = hashes_along(np.arange(300.0))
    found = compared(page, {"fingerprint": FINGERPRINT, "along": along}, along, 300)
    assert found["agrees"]
    assert found["sentence"] == f"Reproduced. This machine gets the same run, {grouped(FINGERPRINT)}."


@pytest.mark.parametrize("samples", [16, 300, 1000])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_runs_that_part_do_so_between_steps_that_hold_the_place(page: Scripts, samples: int, share: float) -> None:
    losses = np.arange(float(samples))
    other, step = losses.copy(), int(share * samples)
    other[step:] += 0.5
    named = {"fingerprint": FINGERPRINT, "along": hashes_along(losses)}
    found = compared(page, named, hashes_along(other), samples)
    assert not found["agrees"]
    before, _, after = found["sentence"].removesuffix(".").rpartition("between steps ")[2].partition(" and ")
    assert int(before) <= step < int(after)


def test_equal_losses_with_other_weights_at_the_end_are_not_the_same_run(page: Scripts) -> None:
    along = hashes_along(np.arange(300.0))
    found = compared(page, {"fingerprint": "00000000", "along": along}, along, 300)
    assert not found["agrees"]
    assert found["sentence"] == "Not reproduced. All losses agree, and the weights at the end do not."
