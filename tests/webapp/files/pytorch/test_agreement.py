"""A PyTorch script says how far it agrees with NNBench, and what it says was measured in PyTorch too."""

import ast
from dataclasses import replace

import numpy as np
import pytest

from engine.base.metrics import settled_loss
from engine.base.numerics import FloatArray
from engine.experiments.run import Run, parameters, run
from tests.engine.asserting import refuses
from tests.webapp.asking import SETTINGS, not_none
from webapp import create_app
from webapp.files import pytorch
from webapp.files.export_run import ExportedRun
from webapp.files.pytorch.agreement import Agreement, agreement, agreement_sentences, compare, nudged
from webapp.files.pytorch.script import torch_script
from webapp.jobs.job import ClientGone, Job, RunTooLong
from webapp.links.codec import read_link
from webapp.links.short_links import ShortLinks

PARTED_IN_PYTORCH = {
    "experiment=spiral": 475, "experiment=spiral&seed=2": 975, "experiment=spiral&seed=12": 775,
    "experiment=spiral&alpha=0.1": 2025, "experiment=spiral&alpha=0.2": 575, "experiment=circle&alpha=0.3": 575,
    "experiment=circle&alpha=0.5": 1375, "experiment=two-moons&alpha=0.5": 425,
    "experiment=two-moons&samples=10000": 6625,
    "experiment=tanh-signs&layers=2:8~sin~8:8~sin~8:2&alpha=0.1&samples=1000": 675,
    "experiment=circle&alpha=0.02&momentum=0.9": 1425, "experiment=circle&alpha=0.02&momentum=0.9&nesterov=on": 1875,
    "experiment=spiral&alpha=0.02&momentum=0.9": 3925, "experiment=spiral&alpha=0.02&optimizer=adam": 1075,
    "experiment=spiral&alpha=0.05&batch=4&optimizer=adam": 1375,
}  # fmt: skip
"""Where the scripts of chaotic runs parted from NNBench's, by the same rule, in PyTorch 2.13.0 on an x86-64."""

DIGITS_IN_PYTORCH = {
    "experiment=tanh-signs": 16, "experiment=three-facts": 16, "experiment=identity-layer": 16,
    "experiment=xor-hidden-layer": 16, "experiment=doubling-map": 11, "experiment=circle": 14,
    "experiment=circle&layers=2:16~elu~16:1&alpha=0.1&samples=3000": 12, "experiment=spiral&alpha=0.3": 16,
    "experiment=spiral&alpha=0.02": 11, "experiment=spiral&samples=300": 6, "experiment=two-moons": 13,
    "lesson=left": 15, "experiment=tanh-signs&batch=16": 16, "experiment=circle&alpha=0.02&optimizer=rmsprop": 14,
    "experiment=circle&alpha=0.02&optimizer=adam": 15,
    "experiment=circle&alpha=0.02&batch=4&optimizer=adam&momentum=0.9": 16,
    "experiment=tanh-signs&decay=0.1&rate=1/(1%2Bk/200)": 15,
    "experiment=spiral&samples=300&alpha=0.02&momentum=0.9&nesterov=on": 5,
}  # fmt: skip
"""To how many digits the final losses agreed there; 16 stands for equal ones."""

WITHIN_THE_ROUNDING = (
    "experiment=identity-by-hand", "experiment=identity-by-hand&optimizer=adam",
    "experiment=identity-by-hand&loss=absolute", "experiment=affine-identity&samples=5000",
    "experiment=doubling-map&samples=1000", "experiment=leaky-relu-ones&samples=5000",
    "experiment=doubling-map&batch=4&samples=4000",
)  # fmt: skip
"""Runs that learn until their loss is 0 or about 10⁻³², there and here."""

DIVERGED_IN_PYTORCH = {
    "experiment=square-map&alpha=0.1": 30, "experiment=sine&alpha=0.5": 12,
    "experiment=square-map&alpha=0.05&momentum=0.9": 14, "experiment=square-map&alpha=0.1&rate=min(1,(k%2B1)/50)": 45,
}  # fmt: skip


def exported_run(link: str) -> ExportedRun:
    read = read_link(link, ShortLinks(SETTINGS), SETTINGS.max_samples)
    assert not read.warnings
    checkpoint = read.experiment.network()
    return ExportedRun(read, checkpoint, run(read.experiment, checkpoint))


def header(link: str) -> str:
    return not_none(ast.get_docstring(ast.parse(torch_script(exported_run(link)))))


def test_the_script_says_how_far_it_agrees_or_where_it_parts_and_how_that_was_measured() -> None:
    for link, in_pytorch in PARTED_IN_PYTORCH.items():
        parted_at = not_none(agreement(exported_run(link)).parted_at)
        assert 0.6 < parted_at / in_pytorch < 1.6
        said = header(link)
        assert "This run is chaotic: it amplifies the smallest difference." in said
        place = "sample" if "batch" in link else "step"
        assert f"from about {place} {parted_at:,} on the two curves part" in said
        assert "agrees" not in said
    for link, in_pytorch in DIGITS_IN_PYTORCH.items():
        measured = agreement(exported_run(link))
        assert (measured.parted_at, measured.diverged_at, measured.rounding) == (None, None, False)
        assert min(9, in_pytorch) - 2 <= measured.digits <= min(9, in_pytorch)
        how_many = "at least 9" if measured.digits == 9 else f"about {measured.digits}"
        said = header(link)
        assert f"The final loss agrees with NNBench's to {how_many} digits." in said
        assert "chaotic" not in said
    for link in WITHIN_THE_ROUNDING:
        said = header(link)
        assert "no larger than the rounding of the numbers" in said
        assert "chaotic" not in said
        assert "agrees" not in said
    for link, in_pytorch in DIVERGED_IN_PYTORCH.items():
        assert f"This run diverges at step {in_pytorch}, and in PyTorch at about the same step" in header(link)
    assert "from starting weights nudged by 1e-15 of their size" in header("experiment=tanh-signs")
    assert "with a second run" in header("experiment=tanh-signs")
    assert "with three more runs" in header("experiment=tanh-signs&momentum=0.9")
    assert "weights" not in header("experiment=identity-layer")
    assert max(map(len, header("experiment=spiral").splitlines())) <= 100


def test_runs_part_where_one_ends_elsewhere_and_a_nudge_changes_every_weight() -> None:
    checkpoint = exported_run("experiment=circle").checkpoint
    parameters(checkpoint)[0][0, 0] = 0.0
    before, after = [array.copy() for array in parameters(checkpoint)], parameters(nudged(checkpoint))
    assert after[0][0, 0] == 0.0
    assert all(np.allclose(a, b, rtol=1e-14, atol=0) for a, b in zip(before, after, strict=True))
    assert any((a != b).any() for a, b in zip(before, after, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(before, parameters(checkpoint), strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(after, parameters(nudged(checkpoint)), strict=True))
    losses = np.ones(120)
    assert compare(made_of(losses), made_of(losses, 70), 1.0).parted_at == 70
    assert compare(made_of(losses, 70), made_of(losses), 1.0).parted_at == 70
    assert compare(made_of(losses, 70), made_of(losses, 71), 1.0) == Agreement(None, 70, rounding=False, digits=0)
    assert compare(made_of(losses, 0), made_of(losses, 0), 1.0).diverged_at == 0
    end = losses.copy()
    end[-12:] *= 1.2
    assert compare(made_of(losses), made_of(end), 1.0).parted_at == 108 + 2
    losses, other = np.ones(40), np.ones(40)
    other[-4:] = 1.5
    assert compare(made_of(losses), made_of(other), 1.0).parted_at == 36
    for relative, digits in [(0.0, 9), (1e-12, 9), (1.1e-5, 4), (0.9e-5, 5), (0.05, 1)]:
        losses = np.ones(100)
        assert compare(made_of(losses), made_of(losses * (1 - relative)), 1.0).digits == digits


def made_of(losses: FloatArray, diverged_at: int | None = None) -> Run:
    run = exported_run("experiment=identity-layer").run
    return replace(run, losses=losses, settled=settled_loss(losses), diverged_at=diverged_at)


class Ended(Job):
    """A job that is ended after its second look."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.looks = 0

    def check_cancelled(self) -> None:
        self.looks += 1
        if self.looks > 1:
            raise self.error


def test_a_twin_that_takes_too_long_is_named_or_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    exported = exported_run("experiment=circle&samples=500000")
    too_long = Ended(RunTooLong("This run was ended."))
    monkeypatch.setattr(pytorch.agreement, "current_job", lambda: too_long)
    assert "was not measured: a second run would take too long" in agreement_sentences(exported)
    assert too_long.looks == 2
    monkeypatch.setattr(pytorch.agreement, "current_job", lambda: Ended(ClientGone()))
    refuses(ClientGone, agreement_sentences, exported)


def test_the_export_costs_one_more_run_or_three_by_a_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []

    def counted(experiment, checkpoint, on_progress, **more):  # type: ignore[no-untyped-def]
        runs.append(experiment.samples)
        return run(experiment, checkpoint, on_progress, **more)

    monkeypatch.setattr(pytorch.agreement, "run", counted)
    client = create_app(SETTINGS).server.test_client()
    for name in ("script", "notebook", "experiment", "losses"):
        assert client.get(f"/export/{name}?experiment=tanh-signs").status_code == 200
    assert runs == []
    said = client.get("/export/torch?experiment=tanh-signs").get_data(as_text=True)
    assert runs == [300]
    assert "to at least 9 digits" in said
    assert (client.get("/export/torch?experiment=tanh-signs&batch=2").status_code, runs) == (200, [300] * 4)
