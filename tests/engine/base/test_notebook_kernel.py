"""A kernel is IPython with a kernel; what is only imported is none."""

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from engine.base.notebook import is_a_kernel


@pytest.mark.parametrize(
    ("shell", "expected"), [(None, False), (SimpleNamespace(), False), (SimpleNamespace(kernel=1), True)]
)
def test_cells_run_where_the_shell_has_a_kernel(monkeypatch: pytest.MonkeyPatch, shell: Any, expected: bool) -> None:
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert is_a_kernel() == expected


def test_without_ipython_there_is_no_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert not is_a_kernel()
