"""A sweep shows how far it is in a terminal, and says nothing anywhere else."""

import io
import sys

import pytest

from engine.experiments.experiment import Affinity, Experiment
from engine.sweeps.sweep_result import sweep

EXPERIMENT = Experiment((Affinity(2, 2),), "swap", samples=20)


class Terminal(io.StringIO):
    """Where somebody looks."""

    def isatty(self) -> bool:
        return True


def test_a_bar_counts_the_runs_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    sweep(EXPERIMENT, seeds=range(40))
    assert "/40 [" in terminal.getvalue()


def test_nothing_is_shown_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    sweep(EXPERIMENT, seeds=range(40))
    assert capsys.readouterr() == ("", "")


def test_a_notebook_without_widgets_gets_a_bar_of_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("engine.base.progress.is_a_kernel", lambda: True)
    monkeypatch.setattr("engine.base.progress.find_spec", lambda name: None)
    sweep(EXPERIMENT, seeds=range(40))
    said = capsys.readouterr()
    assert "/40 [" in said.err
    assert "ipywidgets" not in said.err
