"""Modules of the page that run in Node, with what they import and without a page; tests compare them with Python."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.experiments.knobs import KNOBS, Knobs
from tests.script_coverage import SETTING, ScriptCoverage
from webapp.app import ASSETS
from webapp.classes.pages import CONSTANTS, FOLDER
from webapp.http.modules import joined_from
from webapp.page.constants import page_constants

RUNNER = Path(__file__).with_name("runner.mjs")
NODE = shutil.which("node", path=Path(sys.executable).parent) or shutil.which("node") or "node"


class ScriptError(AssertionError):
    """A script threw, or left a line on the console."""


class Scripts:
    """A process of Node whose `nnbench` has the exports of these modules; `first` runs before them.

    Modules are named below assets/js, those of a class below assets.
    """

    def __init__(self, *modules: str, first: str = "", knobs: Knobs = KNOBS) -> None:
        constants = json.dumps(page_constants(knobs) | CONSTANTS | {"prefix": "/"})
        self._node = subprocess.Popen(
            [NODE, RUNNER, constants], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        self._modules = joined_from(ASSETS if modules[0].startswith(FOLDER) else ASSETS / "js", *modules)
        self.execute_script(first)
        self.load()

    def load(self) -> None:
        """Gives `nnbench` the modules as they begin, without the state that earlier calls left in them."""
        self._count()
        self._ask(modules=self._modules)

    def _count(self) -> None:
        """Writes a report of the lines that ran, where coverage is asked for."""
        if folder := os.environ.get(SETTING):
            coverage = ScriptCoverage()
            coverage.add(self._modules, self._ask())
            coverage.write(Path(folder))

    def execute_script(self, script: str, *given: Any) -> Any:
        """The value that the body of a function returns for these arguments."""
        return self._ask(script=script or "return", given=given)

    def _ask(self, **request: Any) -> Any:
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.write(json.dumps(request) + "\n")
        self._node.stdin.flush()
        answer = json.loads(self._node.stdout.readline())
        if answer.get("thrown") or answer["errors"]:
            raise ScriptError(answer.get("thrown") or "\n".join(answer["errors"]))
        return answer["value"]

    def call(self, name: str, *given: Any) -> Any:
        """The value that an exported function returns."""
        return self.execute_script(f"return nnbench.{name}(...arguments)", *given)

    def end(self) -> None:
        """Ends the process."""
        self._count()
        self._node.communicate()


def scripts(*modules: str, first: str = "", knobs: Knobs = KNOBS) -> Callable[[], Iterator[Scripts]]:
    """A fixture, for all tests of a file, of a process with these modules."""

    @pytest.fixture(scope="module")
    def page() -> Iterator[Scripts]:
        running = Scripts(*modules, first=first, knobs=knobs)
        yield running
        running.end()

    return page
