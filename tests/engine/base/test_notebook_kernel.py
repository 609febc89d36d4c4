"""A kernel is IPython with a kernel; what is only imported is none."""

import sys
from types import SimpleNamespace

import pytest

from engine.base.notebook import is_a_kernel


def test_cells_run_where_the_shell_has_a_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    for shell, expected in ((None, False), (SimpleNamespace(), False), (SimpleNamespace(kernel=1), True)):
        monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda shell=shell: shell))
        assert is_a_kernel() == expected
    monkeypatch.delitem(sys.modules, "IPython")
    assert not is_a_kernel(), "without IPython there is no notebook"
