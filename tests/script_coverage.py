"""The lines of the page's scripts that ran, counted by V8 and written as lcov; `make cover` asks for it.

V8 counts ranges of a joined script. The code of a module stands in it line by line, behind a comment with its path.
"""

import contextlib
import os
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from selenium.common.exceptions import WebDriverException

from webapp.app import ASSETS
from webapp.http.bundle import scripts
from webapp.http.modules import Module, read

SETTING = "SCRIPT_COVERAGE"
"""The environment variable that names the folder of the reports; without it nothing is counted."""
CODE = re.compile(r"^[ \t]*(?=[^\s})\];,])", re.MULTILINE)
"""The beginning of a line that holds more than the end of a bracket."""


class ScriptCoverage:
    """The number of runs of each line of code of each module."""

    def __init__(self) -> None:
        self._modules = [module for module in read(ASSETS / "js").values() if module.code.strip()]
        self._lines: dict[str, Counter[int]] = {module.path: Counter() for module in self._modules}

    def add(self, script: str, functions: Iterable[Any]) -> None:
        """Counts the lines of a joined script that ran, from the result of `Profiler.takePreciseCoverage` for it."""
        ranges = [one for function in functions for one in function["ranges"]]
        counts = np.zeros(len(script), dtype=np.int64)
        for one in sorted(ranges, key=lambda one: (one["startOffset"], -one["endOffset"])):
            counts[one["startOffset"] : one["endOffset"]] = one["count"]  # an inner range comes later
        for module in self._modules:
            self._add_module(module, script, counts)

    def _add_module(self, module: Module, script: str, counts: Any) -> None:
        code = module.code.strip()
        start = script.find(code, max(0, script.find(f"// {module.path}\nconst ")))
        if start < 0:
            return
        above = module.code[: module.code.index(code)].count("\n")
        for match in CODE.finditer(code):
            line = above + code.count("\n", 0, match.start()) + 1
            self._lines[module.path][line] += int(counts[start + match.end()])

    def write(self, folder: Path) -> None:
        """Writes a report beside those of other processes."""
        folder.mkdir(parents=True, exist_ok=True)
        records = []
        for path, lines in sorted(self._lines.items()):
            counted = "".join(f"DA:{line},{count}\n" for line, count in sorted(lines.items()))
            records.append(f"SF:assets/js/{path}\n{counted}end_of_record\n")
        (folder / f"{os.getpid()}-{secrets.token_hex(4)}.lcov").write_text("".join(records), "utf-8")


@contextlib.contextmanager
def counting(driver: Any, folder: Path) -> Iterator[None]:
    """Counts the lines that run in a Chromium whose pages are left by `get` and `refresh`, and writes the report."""
    coverage, script = ScriptCoverage(), scripts(ASSETS).content
    get, refresh = driver.get, driver.refresh

    def begin() -> None:
        driver.execute_cdp_cmd("Profiler.enable", {})
        driver.execute_cdp_cmd("Profiler.startPreciseCoverage", {"callCount": True, "detailed": True})

    def take() -> None:
        try:
            scripts_run = driver.execute_cdp_cmd("Profiler.takePreciseCoverage", {})["result"]
        except WebDriverException:  # another window, or a page of another site, whose process counts nothing yet
            begin()
            return
        for one in scripts_run:
            if "/nnbench.js" in one["url"]:
                coverage.add(script, one["functions"])

    def leaving(leave: Callable[..., None]) -> Callable[..., None]:
        def take_and_leave(*given: str) -> None:
            take()
            leave(*given)

        return take_and_leave

    driver.get, driver.refresh = leaving(get), leaving(refresh)
    begin()
    yield
    take()
    coverage.write(folder)
