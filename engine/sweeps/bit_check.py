"""The bit check: runs whose fingerprint says whether two machines compute the same bits.

They go through every named function and every function of formulas, on drawn inputs, side by side and one by one. A C
library that rounds one logarithm another way gives another fingerprint, and such a worker's runs are refused.
"""

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from engine import kernel
from engine.activations import ACTIVATIONS
from engine.base.metrics import fingerprint
from engine.base.numerics import FloatArray
from engine.errors import OtherBitsError, OtherVersionsError
from engine.experiments.experiment import Affinity, Experiment, Map
from engine.sweeps.tasks import RunSettings, Task

FORMULAS = (
    "sin(x) + cos(3*x)*tan(x/4)",
    "arctan(x) + sinh(x/9) - cosh(x/9)",
    "log(1 + x*x) + log1p(abs(x)) - expm1(x/9)",
    "sqrt(abs(x)) * exp(-abs(x)) + abs(x)**0.3",
)

SETTINGS = (RunSettings(tuple(0.01 * (1 + k) for k in range(kernel.SIDE_BY_SIDE))), RunSettings((0.1, 0.5), (3, 4)))
"""Enough to go side by side, and few enough to go one by one."""

SAMPLES = 60
PACKAGES = ("numpy", "scipy", "numba", "distributed")
"""Packages of which two machines that share a sweep have one version."""


class Probe(NamedTuple):
    """A worker's host, its bit check, and the versions of the packages that it computes with."""

    host: str
    fingerprint: str
    versions: dict[str, str]


def probe() -> Probe:
    """The probe of this process."""
    versions = {"Python": ".".join(platform.python_version_tuple()[:2])} | {name: _version(name) for name in PACKAGES}
    return Probe(platform.node(), bit_check_fingerprint(), versions)


def probe_when_compiled() -> Probe | None:
    """The probe of this process; None while its kernel is compiled beside it, which the first call begins."""
    if kernel.at_hand():
        return probe()
    _warm_up()
    return None


def check_probe(found: Probe, own: Probe) -> None:
    """OtherVersionsError or OtherBitsError, in a sentence, for a worker that is not like this process."""
    other = {name: text for name, text in found.versions.items() if text != own.versions.get(name)}
    if other:
        raise OtherVersionsError(found.host, other, own.versions)
    if found.fingerprint != own.fingerprint:
        raise OtherBitsError(found.host, found.fingerprint, own.fingerprint)


@cache
def bit_check_fingerprint() -> str:
    """Eight hex digits that are the same wherever runs have the same bits; computed once in a process."""
    return fingerprint([losses for function in (*ACTIVATIONS, *FORMULAS) for losses in _runs(function)])


@cache
def _warm_up() -> None:
    kernel.warm_up()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _runs(function: str) -> list[FloatArray]:
    experiment = Experiment((Affinity(2, 3), Map(function), Affinity(3, 2)), "swap", samples=SAMPLES)
    tasks = [Task(experiment, (each,), ((1, 0),), (SAMPLES,), keep_losses=True) for each in SETTINGS]
    return [task.run().losses for task in tasks]
