"""A PyTorch script trains by the rule of its run: its own lines, run over NumPy, give the run's losses and weights."""

import contextlib
import io
import itertools
import random
import re
import sys
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest

from engine.base.metrics import settled_loss
from engine.experiments.knobs import BATCH, DECAY, LOSS, MOMENTUM, NESTEROV, OPTIMIZER, RATE
from engine.experiments.run import parameters
from engine.rules.losses import LOSSES
from engine.rules.optimizers import OPTIMIZERS
from engine.rules.rate import CONSTANT
from tests.webapp.files.numpy_torch import numpy_torch
from tests.webapp.files.pytorch.test_agreement import exported_run
from webapp.files.pytorch.script import torch_script
from webapp.files.pytorch.tables import LOSSES_IN_TORCH, OPTIMIZERS_IN_TORCH

NETWORKS = (
    "experiment=tanh-signs&alpha=0.02&samples=90",
    "experiment=three-facts&alpha=0.02&samples=90",
    "experiment=circle&alpha=0.02&samples=90&noise=0.1&distinct=20&held_out=10",
    "experiment=tanh-signs&layers=2:2:frozen:0:5~tanh&alpha=0.02&samples=90",
    "experiment=tanh-signs&layers=2:3:frozen~tanh~3:2~tanh(x)%2B0.1*x&alpha=0.02&samples=90",
    "experiment=left-or-right&layers=2:2:left~leaky+relu,+half+slope&alpha=0.02&samples=90",
    "experiment=three-facts&alpha=0.02&samples=90&without=2",
    "experiment=circle&alpha=0.02&samples=90&distinct=20&without=3,14",
)
"""Drawn samples, a table, few and noisy ones, frozen numbers, a frozen layer and a formula, the classic bugs, samples
that are left out."""
ONE_BY_ONE: tuple[dict[str, Any], ...] = (
    {"batch": 16}, {"batch": 90}, {"momentum": 0.9}, {"nesterov": "on"}, {"momentum": 0.9, "nesterov": "on"},
    {"optimizer": "rmsprop"}, {"optimizer": "adam"}, {"decay": 0.2}, {"rate": "1/(1+k/20)"},
    {"rate": "where(k<50, 1, 0.1)"}, {"rate": "2"}, {"loss": "absolute"}, {"loss": "huber"},
)  # fmt: skip
VALUES: dict[str, tuple[Any, ...]] = {
    "batch": (1, 7, 16), "momentum": (0.0, 0.9), "nesterov": ("off", "on"), "optimizer": tuple(OPTIMIZERS),
    "decay": (0.0, 0.2), "rate": ("1", "min(1, (k+1)/9)"), "loss": ("half square", "absolute", "huber"),
}  # fmt: skip
ALL = [dict(zip(VALUES, values, strict=True)) for values in itertools.product(*VALUES.values())]


def numbers_in_torch(script: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The losses and then the trained weights of a script, run with NumPy in the place of PyTorch."""
    monkeypatch.setitem(sys.modules, "torch", numpy_torch())
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        exec(compile(script, "torch script", "exec"), names)
    return np.concatenate([names["losses"], *(p.data.ravel() for p in names["parameters"])])


def script_and_numbers(network: str, rule: dict[str, Any]) -> tuple[str, Any]:
    """The script of a run, and the run's losses and trained weights."""
    exported = exported_run(f"{network}&{urlencode(rule)}")
    weights = [array.ravel() for array in parameters(exported.run.trained)]
    return torch_script(exported), np.concatenate([exported.run.losses, *weights])


def agree(numbers: Any, wanted: Any) -> bool:
    """Whether they are the same to nine digits, or to 10⁻¹² where they are small."""
    return bool(numbers.shape == wanted.shape) and np.allclose(numbers, wanted, rtol=1e-9, atol=1e-12)


def test_the_rule_has_every_knob_that_is_tried_and_an_optimizer_of_pytorch_steps_where_it_has_it() -> None:
    knobs = (BATCH, MOMENTUM, NESTEROV, OPTIMIZER, DECAY, RATE, LOSS)
    assert set(VALUES) == {knob.name for knob in knobs} == {name for rule in ONE_BY_ONE for name in rule}
    assert (set(OPTIMIZERS_IN_TORCH), {LOSS.default, *LOSSES_IN_TORCH}) == (set(OPTIMIZERS), set(LOSSES))
    plain = {name: values[0] for name, values in VALUES.items()}
    for rule in ALL:
        script, _ = script_and_numbers(NETWORKS[0], rule)
        without_nesterov = rule["optimizer"] == "rmsprop" and rule["nesterov"] == "on"
        differs = rule["rate"] != CONSTANT or rule["optimizer"] == "adam" or without_nesterov
        written_out = rule["momentum"] > 0 and differs
        assert ("is written out" in script) == written_out
        assert ("optimizer.step()" in script) == (rule != plain | {"loss": rule["loss"]} and not written_out)


def test_each_knob_alone_gives_the_losses_and_weights_held_out_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for network, rule in zip(itertools.cycle(NETWORKS), 4 * [{}, *ONE_BY_ONE], strict=False):
        script, wanted = script_and_numbers(network, rule)
        assert agree(numbers_in_torch(script, monkeypatch), wanted)
    for network, loss in [(SIGNS, "logistic"), (CLASSES, "cross-entropy")]:
        cases: list[Any] = [{}, {"batch": 7}, {"momentum": 0.9, "optimizer": "adam"}, {"decay": 0.2}]
        for more in cases:
            script, wanted = script_and_numbers(network, {"loss": loss, **more})
            assert LOSSES_IN_TORCH[loss].format(y="network(x)", t="t") in script
            assert agree(numbers_in_torch(script, monkeypatch), wanted)
    for loss in LOSSES:
        network = CLASSES if loss == "cross-entropy" else SIGNS
        exported = exported_run(f"{network}&{urlencode({'loss': loss})}")
        script = torch_script(exported)
        assert exported.run.held_out is not None
        monkeypatch.setitem(sys.modules, "torch", numpy_torch())
        names: dict[str, Any] = {}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(script, "torch script", "exec"), names)
        assert names["held_out_loss"] == pytest.approx(exported.run.held_out.final, rel=1e-9)


def test_the_final_loss_leaves_out_what_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    for network in NETWORKS[-2:]:
        exported = exported_run(network)
        monkeypatch.setitem(sys.modules, "torch", numpy_torch())
        names: dict[str, Any] = {}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(torch_script(exported), "torch script", "exec"), names)
        assert names["final_loss"] == pytest.approx(exported.run.settled, rel=1e-9)
        assert exported.run.settled != pytest.approx(settled_loss(exported.run.losses), rel=1e-6)


@pytest.mark.parametrize(
    "start", [0, 1, *(pytest.param(start, marks=pytest.mark.soak) for start in range(2, len(NETWORKS)))]
)
def test_all_knobs_together_give_the_losses_and_weights_of_the_run(start: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # A small α, for RMSProp with momentum saturates a unit with a larger one, and such a run is chaotic.
    network = NETWORKS[start].replace("alpha=0.02", "alpha=0.002")
    for rule in random.Random(start).sample(ALL, 24):
        script, wanted = script_and_numbers(network, rule)
        assert agree(numbers_in_torch(script, monkeypatch), wanted), rule


SIGNS = "experiment=circle&alpha=0.02&samples=90&noise=0.1&distinct=20&held_out=10&layers=2:4~tanh~4:1"
CLASSES = (
    "experiment=tanh-signs&alpha=0.02&samples=90&held_out=10&layers=2:5~tanh~5:2&target=own&y0=where(v0>0,1,0)"
    "&y1=where(v0>0,0,1)"
)


def test_a_wrong_update_has_other_losses_or_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    cases: list[Any] = [
        ({"batch": 16}, "len(batch)", "BATCH"), ({"momentum": 0.9}, "momentum=MOMENTUM", "momentum=0.89"),
        ({"momentum": 0.9, "nesterov": "on"}, ", nesterov=True", ""),
        ({"optimizer": "rmsprop"}, "eps=1e-08", "eps=1e-06"), ({"optimizer": "adam"}, "0.999", "0.99"),
        ({"decay": 0.2}, "if p.dim() > 1", ""), ({"rate": "1/(1+k/20)"}, "rates[k]", "rates[0]"),
        ({"momentum": 0.9, "rate": "1/(1+k/20)"}, "+ step", "+ lr * step"),
        ({"momentum": 0.9, "optimizer": "adam"}, "(k + 1)", "(k + 2)"), ({"loss": "huber"}, "delta=1.0", "delta=0.5"),
    ]  # fmt: skip
    for rule, right, wrong in cases:
        script, wanted = script_and_numbers(NETWORKS[0], rule)
        assert right in script
        assert not agree(numbers_in_torch(script.replace(right, wrong), monkeypatch), wanted)


def test_a_script_names_only_what_is_not_as_usual_and_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, _ = script_and_numbers(NETWORKS[0], {})
    usual, _ = script_and_numbers(NETWORKS[0], {name: values[0] for name, values in VALUES.items()})
    assert usual == plain
    assert not re.findall("BATCH|MOMENTUM|DECAY|rate|optim", plain)
    batch, _ = script_and_numbers(NETWORKS[0], {"batch": 16})
    assert "BATCH = 16\n" in batch
    assert not re.findall("MOMENTUM|DECAY|rate|momentum|nesterov", batch)
    assert "the last tenth of the samples" in batch
    for network in ["experiment=identity-layer", "experiment=tanh-signs&layers=2:2:frozen~tanh"]:
        rule = {"batch": 16, "momentum": 0.9, "optimizer": "adam", "decay": 0.1, "rate": "1/(1+k)"}
        script, wanted = script_and_numbers(f"{network}&samples=40", rule)
        assert not re.findall("BATCH|MOMENTUM|DECAY|rate|optim", script)
        assert agree(numbers_in_torch(script, monkeypatch), wanted)
