"""A kernel is IPython with a kernel; what is only imported is none."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from engine.base.notebook import is_a_kernel, no_comms


def test_cells_run_where_the_shell_has_a_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    for shell, expected in ((None, False), (SimpleNamespace(), False), (SimpleNamespace(kernel=1), True)):
        monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda shell=shell: shell))
        assert is_a_kernel() == expected
    monkeypatch.delitem(sys.modules, "IPython")
    assert not is_a_kernel(), "without IPython there is no notebook"


OPENS = """
import sys
import comm

opened = []
comm.create_comm = lambda **given: opened.append(given["target_name"])
{imports}
assert "dash" in sys.modules
print(opened)
"""


@pytest.mark.soak
@pytest.mark.parametrize(("imports", "opened"), [("from nnbench import launch", []), ("import dash", ["dash"])])
def test_the_bench_opens_no_channel_that_a_notebook_does_not_know(imports: str, opened: list[str]) -> None:
    pytest.importorskip("comm")
    pytest.importorskip("IPython")
    words = [sys.executable, "-c", OPENS.format(imports=imports)]
    said = subprocess.run(words, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == str(opened)


def test_where_there_are_no_channels_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (None, SimpleNamespace()):
        monkeypatch.setitem(sys.modules, "comm", module)
        with no_comms():
            assert sys.modules.get("comm") == module
