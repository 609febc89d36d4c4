"""Every benchmark still runs: each prints its tables, with sizes so small that they measure nothing.

Those that start servers or browsers, or train for long, are long even so, and belong to `make soak`.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import benchmarks
from benchmarks.results import ROWS as RESULTS
from engine import CATALOGUE, when_decided, which_sample

TABLES = sorted({module.name for module in pkgutil.iter_modules(benchmarks.__path__)} - {"__main__"})

LONG = (
    "capacity", "causes", "claims", "classroom", "comparison", "fleet", "landscape", "load", "openings", "page",
    "phone", "play", "results", "slow_line",
)  # fmt: skip
FAST_LINE = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}

SWAP = replace(CATALOGUE["affine-swap"].experiment, samples=60)
QUESTIONS = (("which", replace(SWAP, distinct=4), which_sample), ("decided", SWAP, when_decided))

SMALL: Mapping[str, Mapping[str, Any]] = {
    "capacity": {"KNOBS": 8, "SECONDS": 0.05, "FIRST_RATE": 100.0, "HIGHEST_RATE": 110.0, "CLASS": 2},
    "causes": {"FAILURES": 3, "SOUND": 3},
    "claims": {"COUNTS": {"effects": 2, "causes": 1, "best": 1, "floors": 1, "walls": 1, "confidence": 1}},
    "classroom": {"PEOPLE": 3, "JOINS_SECONDS": 0.3, "ANSWERS_SECONDS": 0.3, "LATE": 4, "KNOB_SECONDS": 0.5},
    "comparison": {"SIDE": 8, "TURNS": 1, "NETS": 4}, "fleet": {"KNOBS": 8, "CLASS": 2},
    "floor": {"ROWS": ("affine-swap",), "SEEDS": 2},
    "formulas": {"STEPS": 40, "TURNS": 2, "SWEPT_STEPS": 40, "SWEEPS": 1, "WIDTHS": ((2, 2),)},
    "homework": {"ANSWERS": 20, "FORGED": 10, "SAMPLES": 20},
    "growth": {"FACTS": (100, 200), "WIDTHS": (2, 3), "TURNS": 1, "MOVED": 2_000},
    "landscape": {"ALPHAS": np.geomspace(1e-3, 0.3, 4), "SEEDS": 4, "STEPS": 20, "TURNS": 1, "MANY": 8},
    "limit": {"LENGTHS": dict.fromkeys("ABCD", (20,)), "TURNS": 1, "READABLE_STEPS": 5},
    "load": {"POSTS": 6, "POSTS_SECONDS": 0.2, "CLASS": 2, "CLASS_SECONDS": 1.0},
    "openings": {"CLASS": 2, "SECONDS": 0.5},
    "page": {"COLD_LOADS": 2, "MOVES": 4, "DRAG_SECONDS": 0.2, "SIZES": (300,)},
    "peers": {"TURNS": 1, "FEW_FACTS": 32, "SWEPT": {"A": (64,)}, "SWEPT_TURNS": 1},
    "phone": {"EXPERIMENTS": ("tanh-signs",), "DRAG_SECONDS": 0.3},
    "play": {"EXPERIMENTS": ("tanh-signs",), "JUMPS": 4}, "questions": {"ROUNDS": 1, "QUESTIONS": QUESTIONS},
    "results": {"ROWS": {"edge": RESULTS["edge"]}}, "rules": {"ROUNDS": 1, "EXPERIMENTS": ("tanh-signs",)},
    "slow_line": {"VISITS": 1, "LINE": FAST_LINE, "DRAG_SECONDS": 0.2, "QUIET": 0.1},
    "standing_out": {"UNTOUCHED": ("iris",), "SEEDS": 1, "FLIPPED": 2}, "steps": {"STEPS": 20, "RUNS": 1},
    "sweep": {"ALPHAS": np.geomspace(1e-3, 0.3, 8), "SEEDS": 2, "STEPS": 20, "TURNS": 1},
}  # fmt: skip
"""Sizes of each benchmark for a moment's run; what else it has stays."""


def test_every_benchmark_has_its_sizes_and_every_size_is_one_of_its_own() -> None:
    assert sorted(SMALL) == TABLES
    for table, sizes in SMALL.items():
        assert sizes.keys() <= vars(importlib.import_module(f"benchmarks.{table}")).keys()


@pytest.mark.parametrize("table", [pytest.param(table, marks=[pytest.mark.soak] * (table in LONG)) for table in TABLES])
def test_a_benchmark_prints_its_table(
    table: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = importlib.import_module(f"benchmarks.{table}")
    for name, size in SMALL[table].items():
        monkeypatch.setattr(module, name, size)
    module.main()
    printed = capsys.readouterr().out
    assert benchmarks.heading() in printed
    assert "|" in printed or "is installed to be measured against" in printed
