"""A sweep shows how far it is in a terminal, and says nothing anywhere else."""

import sys

import pytest

from engine import Affinity, Experiment, sweep

EXPERIMENT = Experiment((Affinity(2, 2),), "swap", samples=20)


def test_a_bar_counts_the_runs_in_a_terminal_and_is_text_without_widgets(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sweep(EXPERIMENT, seeds=range(40))
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    sweep(EXPERIMENT, seeds=range(40))
    assert "/40 [" in capsys.readouterr().err
    monkeypatch.setattr("engine.base.progress.is_a_kernel", lambda: True)
    monkeypatch.setattr("engine.base.progress.find_spec", lambda name: None)
    sweep(EXPERIMENT, seeds=range(40))
    said = capsys.readouterr().err
    assert "/40 [" in said
    assert "ipywidgets" not in said
