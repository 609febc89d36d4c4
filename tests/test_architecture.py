"""The source keeps the rules that ARCHITECTURE.md states; they are checked on its syntax trees.

A rule is a row of a table: a sentence, and a function that finds violations in the modules of a package. Each rule also
has sources that break it, so a rule that stopped looking would be noticed.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
Modules = dict[str, ast.Module]
"""Syntax trees of the modules of a package, by their dotted names."""

ENGINE_MAY_IMPORT = {"engine", "numpy", "scipy", "numba", "llvmlite", "dill", "threadpoolctl", *sys.stdlib_module_names}
LATE_IMPORTS = {
    "engine.training.plotting": {"plotly", "webapp"}, "engine.training.weights_figure": {"plotly"},
    "engine.base.progress": {"tqdm"},
}  # fmt: skip
"""Modules of the engine that may import these packages, inside their functions only."""
OPENS_FILES = {"glob", "io", "mmap", "os", "pathlib", "shutil", "sqlite3", "subprocess", "tempfile"}
OPENS_SOCKETS = {"asyncio", "ftplib", "http", "requests", "smtplib", "socket", "socketserver", "ssl", "urllib"}
MAY_USE_FILES = {"engine.kernel.cache", "engine.kernel.compiled"}
"""Modules of the engine that read and write files, for they store compiled code."""
READS_PACKAGE = "importlib.resources"
MAY_READ_PACKAGE = {"engine.data.named_tables"}
"""Modules of the engine that read files of its own package: the tables that come with it."""
MAY_CHOOSE_CORES = {"engine.sweeps.sweep_threads"}
"""Modules of the engine that ask the system where a thread runs."""
VAGUE_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers"}
LADDERS = {
    "engine": (
        "errors", "base", "formula", "activations", "layers", "data", "rules", "kernel", "training", "checks",
        "fitting", "experiments", "scoring", "sweeps", "outcomes", "comparison", "results",
        "bench",
    ),
    "webapp": (
        "settings", "base", "store", "sessions", "jobs", "operations", "http", "figures", "bench", "responses",
        "analyses", "links", "files", "sweeps", "page", "classes", "homework", "local",
    ),
}  # fmt: skip
"""Folders and single modules of each package, from which ARCHITECTURE.md's lists are made. Each imports only from those
before it; the other modules at the top of a package may import from all."""
MOST_MODULES = 12
MORE_MODULES = {"webapp.page.components": 14}
"""Folders that may have more than MOST_MODULES."""


@cache
def modules_of(name: str) -> Modules:
    """The parsed modules of one package, by their dotted names."""
    return {dotted(path): ast.parse(path.read_text("utf-8")) for path in sorted((ROOT / name).rglob("*.py"))}


def dotted(path: Path) -> str:
    """engine/layers.py is engine.layers, and webapp/store/__init__.py is webapp.store."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def on_import(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below this one that runs when its module is imported: not the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        yield child
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (part for decorator in child.decorator_list for part in ast.walk(decorator))
        elif not isinstance(child, ast.Lambda):
            yield from on_import(child)


def for_types_only(tree: ast.Module) -> set[ast.AST]:
    """Every node under `if TYPE_CHECKING:`, which never runs."""
    return {
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for part in ast.walk(node)
    }


def imports(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The dotted names that are imported here; `from a import b` is a.b, a module or a name in one."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module}.{alias.name}" for alias in node.names)


def packages(nodes: Iterable[ast.AST]) -> set[str]:
    """The packages that are imported here."""
    return {full.partition(".")[0] for full in imports(nodes)}


def called(nodes: Iterable[ast.AST]) -> set[str]:
    """The last word of everything that is called here: `callback` for `app.callback(…)`."""
    functions = [node.func for node in nodes if isinstance(node, ast.Call)]
    return {getattr(function, "attr", getattr(function, "id", "")) for function in functions}


def foreign_imports(modules: Modules) -> Iterator[str]:
    """Imports of the engine other than mathematics."""
    for name, tree in modules.items():
        types = for_types_only(tree)
        anywhere = packages(node for node in ast.walk(tree) if node not in types)
        at_once = packages(node for node in on_import(tree) if node not in types)
        late = LATE_IMPORTS.get(name, set())
        if too_far := (anywhere - ENGINE_MAY_IMPORT - late) | (at_once & late):
            yield f"{name} imports {', '.join(sorted(too_far))}"


def opened_things(modules: Modules) -> Iterator[str]:
    """Files, sockets and processes that the engine uses."""
    for name, tree in modules.items():
        allowed = OPENS_FILES if name in MAY_USE_FILES else {"os"} if name in MAY_CHOOSE_CORES else set()
        forbidden = OPENS_SOCKETS | OPENS_FILES - allowed
        data = {full for full in imports(ast.walk(tree)) if full.startswith(READS_PACKAGE)}
        used = packages(ast.walk(tree)) & forbidden | called(ast.walk(tree)) & {"open"}
        if used := used | (set() if name in MAY_READ_PACKAGE else data):
            yield f"{name} uses {', '.join(sorted(used))}"


def cycles(modules: Modules) -> Iterator[str]:
    """A cycle of modules that import each other when they are imported; the first one found."""
    imported = {name: holders(imports(on_import(tree)), modules) for name, tree in modules.items()}
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as error:
        yield " → ".join(reversed(error.args[1]))


def holders(names: Iterable[str], modules: Modules) -> set[str]:
    """The modules that define these dotted names: a.b for a.b.f, and a.b for a.b itself."""
    defined_in = [full if full in modules else full.rpartition(".")[0] for full in names]
    return {module for module in defined_in if module in modules}


def imports_from_above(modules: Modules) -> Iterator[str]:
    """Imports from a later row of the package's ladder, inside functions too, and folders that have no row."""
    for name, tree in modules.items():
        if name.count(".") > 1 and name.split(".")[1] not in LADDERS[name.partition(".")[0]]:
            yield f"{name} is in a folder without a row"
        above = sorted(other for other in holders(imports(ast.walk(tree)), modules) if rung(other) > rung(name))
        yield from (f"{name} imports {other}" for other in above)


def rung(name: str) -> int:
    """The row of a module in its package's ladder; behind the last one for modules at the top of the package."""
    package, _, rest = name.partition(".")
    rows = LADDERS[package]
    part = rest.partition(".")[0]
    return rows.index(part) if part in rows else len(rows)


def crowded_folders(modules: Modules) -> Iterator[str]:
    """Folders with more modules than one takes in at a glance; a folder within a folder is counted by itself."""
    folders = {name.rpartition(".")[0] for name in modules}
    counts = Counter(name.rpartition(".")[0] for name in modules if name not in folders)
    for folder, count in counts.items():
        if count > MORE_MODULES.get(folder, MOST_MODULES):
            yield f"{folder} has {count} modules"


def hidden_modules(modules: Modules) -> Iterator[str]:
    """Names that a package's __init__ defines or imports, and that are also the name of another module in it."""
    for name, tree in modules.items():
        for node in tree.body:
            defined = {node.name: ""} if isinstance(node, ast.FunctionDef | ast.ClassDef) else {}
            if isinstance(node, ast.ImportFrom):
                defined = {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            for symbol, source in defined.items():
                if f"{name}.{symbol}" in modules and source != f"{name}.{symbol}":
                    yield f"{name} hides its module {symbol}"


def callbacks_on_import(modules: Modules) -> Iterator[str]:
    """Callbacks that are registered when a module is imported, for whatever app there is."""
    for name, tree in modules.items():
        if called(on_import(tree)) & {"callback", "clientside_callback"}:
            yield f"{name} registers a callback when it is imported"


def caches_on_import(modules: Modules) -> Iterator[str]:
    """Caches that are made when a module is imported, for whatever app there is."""
    for name, tree in modules.items():
        if called(on_import(tree)) & {"AnswerCache", "ByteCache", "Caches", "RunCache"}:
            yield f"{name} makes a cache when it is imported"


def vague_names(modules: Modules) -> Iterator[str]:
    """Modules and folders whose name says nothing about what they hold."""
    return (name for name in modules if VAGUE_NAMES & set(name.split(".")))


def relative_imports(modules: Modules) -> Iterator[str]:
    """Relative imports."""
    for name, tree in modules.items():
        yield from (f"{name} imports {full}" for full in imports(ast.walk(tree)) if full.startswith("."))


RULES: dict[str, tuple[Callable[[Modules], Iterable[str]], tuple[str, ...]]] = {
    "the engine imports mathematics only": (foreign_imports, ("engine",)),
    "the engine opens no file and no socket": (opened_things, ("engine",)),
    "modules do not import each other in a cycle": (cycles, ("engine", "webapp")),
    "a folder imports only from folders below it": (imports_from_above, ("engine", "webapp")),
    "a folder has few modules": (crowded_folders, ("engine", "webapp")),
    "a package does not hide a module of its own": (hidden_modules, ("engine", "webapp")),
    "importing a module registers no callback": (callbacks_on_import, ("webapp",)),
    "importing a module makes no cache": (caches_on_import, ("webapp",)),
    "a module is named after what it holds": (vague_names, ("engine", "webapp", "tests")),
    "an import names the whole path": (relative_imports, ("engine", "webapp", "tests")),
}

OFFENDERS: list[tuple[str, dict[str, str]]] = [
    ("the engine imports mathematics only", {"engine.layers.layers": "import dash"}),
    ("the engine imports mathematics only",
     {"engine.layers.layers": "def f():\n    from webapp.base.theme import THEMES"}),
    ("the engine imports mathematics only", {"engine.training.plotting": "import plotly.graph_objects as go"}),
    ("the engine imports mathematics only", {"engine.training.plotting": "def f():\n    import redis"}),
    ("the engine imports mathematics only", {"engine.base.progress": "def f():\n    import plotly"}),
    ("the engine imports mathematics only", {"engine.sweeps.executor": "def f():\n    import distributed"}),
    ("the engine opens no file and no socket", {"engine.data.inputs": "from pathlib import Path"}),
    ("the engine opens no file and no socket", {"engine.data.inputs": "def f():\n    return open('facts')"}),
    ("the engine opens no file and no socket", {"engine.kernel.cache": "import socket"}),
    ("the engine opens no file and no socket", {"engine.data.table": "from importlib import resources"}),
    ("the engine opens no file and no socket", {"engine.data.table": "from importlib.resources import files"}),
    ("the engine opens no file and no socket", {"engine.data.named_tables": "from pathlib import Path"}),
    ("the engine opens no file and no socket", {"engine.sweeps.sweep_threads": "import pathlib"}),
    ("modules do not import each other in a cycle", {"a.x": "import a.y", "a.y": "from a.x import f"}),
    ("modules do not import each other in a cycle", {"a.x": "if 1:\n    from a import y", "a.y": "from a import x"}),
    ("modules do not import each other in a cycle", {"a": "from a.x import f", "a.x": "from a import g"}),
    ("a folder imports only from folders below it",
     {"engine.base.metrics": "from engine.formula.graph import Graph", "engine.formula.graph": ""}),
    ("a folder imports only from folders below it",
     {"engine.layers.layers": "def f():\n    import engine.kernel", "engine.kernel": ""}),
    ("a folder imports only from folders below it",
     {"engine.activations": "from engine.layers import layers", "engine.layers.layers": ""}),
    ("a folder imports only from folders below it", {"engine.base.metrics": "import engine", "engine": ""}),
    ("a folder imports only from folders below it",
     {"webapp.figures.loss": "from webapp.bench.requests import f", "webapp.bench.requests": ""}),
    ("a folder imports only from folders below it", {"webapp.links.codec": "from webapp import app", "webapp.app": ""}),
    ("a folder imports only from folders below it", {"webapp.tapes.x": ""}),
    ("a folder has few modules", {f"engine.base.m{k}": "" for k in range(MOST_MODULES + 1)}),
    ("a folder has few modules", {f"webapp.page.components.m{k}": "" for k in range(15)}),
    ("a package does not hide a module of its own", {"engine": "from engine.runs import run", "engine.run": ""}),
    ("a package does not hide a module of its own", {"engine": "def run(): pass", "engine.run": ""}),
    ("a package does not hide a module of its own", {"a.b": "from a.b.run import run", "a.b.run": ""}),
    ("a package does not hide a module of its own", {"a.b": "from a.c import f as run", "a.b.run": ""}),
    ("importing a module registers no callback", {"webapp.x": "@callback(Output('a', 'b'))\ndef f(): pass"}),
    ("importing a module registers no callback", {"webapp.x": "@dash.callback(Output('a', 'b'))\ndef f(): pass"}),
    ("importing a module registers no callback", {"webapp.x": "app.clientside_callback('f', Output('a', 'b'))"}),
    ("importing a module makes no cache", {"webapp.x": "KEPT = ByteCache(10, len)"}),
    ("a module is named after what it holds", {"webapp.store.utils": ""}),
    ("an import names the whole path", {"webapp.store.memory": "from .interface import Store"}),
]  # fmt: skip

CORRECT = {
    "engine": "from engine.data.inputs import f\nfrom engine.kernel import cache",
    "engine.training.plotting": "def f():\n    import plotly.graph_objects as go\n    import webapp",
    "engine.training.network": (
        "import math, numpy\nfrom engine.training import plotting\nfrom engine.data.targets import f"
    ),
    "engine.data.inputs": "from engine.data.targets import f",
    "engine.data.targets": "def f():\n    from engine.data.inputs import g\n    app.callback(Output('a', 'b'))(f)",
    "engine.kernel": "from engine.kernel import cache\nfrom engine.kernel.cache import f",
    "engine.kernel.cache": "import os",
    "engine.data.named_tables": "from importlib import resources",
    "engine.bench": "if TYPE_CHECKING:\n    from plotly.graph_objects import Figure",
    **{f"engine.base.m{k}": "" for k in range(MOST_MODULES)},
}
"""A package that breaks no rule."""


def parsed(sources: dict[str, str]) -> Modules:
    """Modules that are not on disk."""
    return {name: ast.parse(source) for name, source in sources.items()}


@pytest.mark.parametrize("rule", RULES)
def test_the_packages_keep_their_rules(rule: str) -> None:
    violations, names = RULES[rule]
    assert [found for name in names for found in violations(modules_of(name))] == []


@pytest.mark.parametrize(("rule", "sources"), OFFENDERS)
def test_a_source_that_breaks_a_rule_is_caught(rule: str, sources: dict[str, str]) -> None:
    violations, _ = RULES[rule]
    assert list(violations(parsed(sources)))


@pytest.mark.parametrize("rule", RULES)
def test_a_correct_package_breaks_no_rule(rule: str) -> None:
    violations, _ = RULES[rule]
    assert list(violations(parsed(CORRECT))) == []


@pytest.mark.parametrize("name", ["engine", "webapp", "tests"])
def test_there_are_modules_to_read(name: str) -> None:
    assert modules_of(name)


def test_every_rule_has_a_source_that_breaks_it() -> None:
    assert {rule for rule, _ in OFFENDERS} == set(RULES)


@pytest.mark.parametrize("name", LADDERS)
def test_every_row_of_a_ladder_is_a_folder_or_a_module(name: str) -> None:
    assert [row for row in LADDERS[name] if f"{name}.{row}" not in modules_of(name)] == []


def pins(name: str) -> dict[str, str]:
    """The version of each package in a requirements file."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))


def test_what_is_tested_is_what_runs() -> None:
    """Two files, one set of versions; but selenium 4.2 wants the old urllib3, which no page of ours uses."""
    runs, checks = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {package for package in runs if checks.get(package) != runs[package]} == {"urllib3"}
