"""The house holds: the source is read with `ast` and asked for what ARCHITECTURE.md promises.

A rule is a row: a sentence, and a function that finds what breaks it in a house's modules. Each rule also has
sources that break it, so a rule that stopped looking would be noticed.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from webapp.http.modules import parsed as parsed_script

ROOT = Path(__file__).parent.parent
House = dict[str, ast.Module]

ENGINE_MAY_IMPORT = {"engine", "numpy", "scipy", "numba", "llvmlite", "dill", *sys.stdlib_module_names}
LOOKS_UP = {"engine.training.plotting": {"plotly", "webapp"}, "engine.base.progress": {"tqdm"}}
"""The rooms of the engine that may import from above, and what; only inside its functions."""
OPENS_FILES = {"glob", "io", "mmap", "os", "pathlib", "shutil", "sqlite3", "subprocess", "tempfile"}
OPENS_SOCKETS = {"asyncio", "ftplib", "http", "requests", "smtplib", "socket", "socketserver", "ssl", "urllib"}
SEES_A_DISK = {"engine.kernel.cache", "engine.kernel.compiled"}
"""Where compiled code is kept: the one room of the engine that may read and write files."""
VAGUE_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers"}


def house(name: str) -> House:
    """The parsed modules of one house, by their dotted names."""
    return {dotted(path): ast.parse(path.read_text("utf-8")) for path in sorted((ROOT / name).rglob("*.py"))}


def dotted(path: Path) -> str:
    """engine/layers.py is engine.layers, and webapp/store/__init__.py is webapp.store."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def on_import(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below this one that runs when its module is imported: not what functions hold."""
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


def foreign_imports(modules: House) -> Iterator[str]:
    """Imports of the engine that lead out of mathematics."""
    for name, tree in modules.items():
        types = for_types_only(tree)
        anywhere = packages(node for node in ast.walk(tree) if node not in types)
        at_once = packages(node for node in on_import(tree) if node not in types)
        looks_up = LOOKS_UP.get(name, set())
        if too_far := (anywhere - ENGINE_MAY_IMPORT - looks_up) | (at_once & looks_up):
            yield f"{name} imports {', '.join(sorted(too_far))}"


def opened_things(modules: House) -> Iterator[str]:
    """Files, sockets and processes that the engine reaches for."""
    for name, tree in modules.items():
        closed = OPENS_SOCKETS if name in SEES_A_DISK else OPENS_SOCKETS | OPENS_FILES
        if used := packages(ast.walk(tree)) & closed | called(ast.walk(tree)) & {"open"}:
            yield f"{name} uses {', '.join(sorted(used))}"


def cycles(modules: House) -> Iterator[str]:
    """A ring of modules that import each other when they are imported; the first one found."""
    rungs = {name: below(imports(on_import(tree)), modules) for name, tree in modules.items()}
    try:
        TopologicalSorter(rungs).prepare()
    except CycleError as error:
        yield " → ".join(reversed(error.args[1]))


def below(names: Iterable[str], modules: House) -> set[str]:
    """The modules of this house that hold these dotted names; a.b.f is held by a.b, and a.b by itself."""
    holders = [full if full in modules else full.rpartition(".")[0] for full in names]
    return {holder for holder in holders if holder in modules}


def callbacks_on_import(modules: House) -> Iterator[str]:
    """Callbacks that come to be by importing a module, for an app that nobody named."""
    for name, tree in modules.items():
        if called(on_import(tree)) & {"callback", "clientside_callback"}:
            yield f"{name} makes a callback when it is imported"


def vague_names(modules: House) -> Iterator[str]:
    """Rooms that are named after no idea."""
    return (name for name in modules if VAGUE_NAMES & set(name.split(".")))


def relative_imports(modules: House) -> Iterator[str]:
    """Imports that do not say which way they point."""
    for name, tree in modules.items():
        yield from (f"{name} imports {full}" for full in imports(ast.walk(tree)) if full.startswith("."))


RULES: dict[str, tuple[Callable[[House], Iterable[str]], tuple[str, ...]]] = {
    "the engine imports mathematics only": (foreign_imports, ("engine",)),
    "the engine opens no file and no socket": (opened_things, ("engine",)),
    "the modules of a house form a ladder": (cycles, ("engine", "webapp")),
    "importing a module makes no callback": (callbacks_on_import, ("webapp",)),
    "a room is named after an idea": (vague_names, ("engine", "webapp", "tests")),
    "an import says where it points": (relative_imports, ("engine", "webapp", "tests")),
}

OFFENDERS: list[tuple[str, dict[str, str]]] = [
    ("the engine imports mathematics only", {"engine.layers.layers": "import dash"}),
    (
        "the engine imports mathematics only",
        {"engine.layers.layers": "def f():\n    from webapp.base.ids import ALPHA"},
    ),
    ("the engine imports mathematics only", {"engine.training.plotting": "import plotly.graph_objects as go"}),
    ("the engine imports mathematics only", {"engine.training.plotting": "def f():\n    import redis"}),
    ("the engine imports mathematics only", {"engine.base.progress": "def f():\n    import plotly"}),
    ("the engine imports mathematics only", {"engine.sweeps.executor": "def f():\n    import distributed"}),
    ("the engine opens no file and no socket", {"engine.data.inputs": "from pathlib import Path"}),
    ("the engine opens no file and no socket", {"engine.data.inputs": "def f():\n    return open('facts')"}),
    ("the engine opens no file and no socket", {"engine.kernel.cache": "import socket"}),
    ("the modules of a house form a ladder", {"a.x": "import a.y", "a.y": "from a.x import f"}),
    ("the modules of a house form a ladder", {"a.x": "if 1:\n    from a import y", "a.y": "from a import x"}),
    ("the modules of a house form a ladder", {"a": "from a.x import f", "a.x": "from a import g"}),
    ("importing a module makes no callback", {"webapp.x": "@callback(Output('a', 'b'))\ndef f(): pass"}),
    ("importing a module makes no callback", {"webapp.x": "@dash.callback(Output('a', 'b'))\ndef f(): pass"}),
    ("importing a module makes no callback", {"webapp.x": "app.clientside_callback('f', Output('a', 'b'))"}),
    ("a room is named after an idea", {"webapp.store.utils": ""}),
    ("an import says where it points", {"webapp.store.memory": "from .interface import Store"}),
]

INNOCENT = {
    "engine": "from engine.data.inputs import f",
    "engine.training.plotting": "def f():\n    import plotly.graph_objects as go\n    import webapp",
    "engine.data.inputs": "import math, numpy\nfrom engine.training import plotting\nfrom engine.data.targets import f",
    "engine.data.targets": "def f():\n    from engine.data.inputs import g\n    app.callback(Output('a', 'b'))(f)",
    "engine.kernel.cache": "import os",
    "engine.training.bench": "if TYPE_CHECKING:\n    from plotly.graph_objects import Figure",
}


def parsed(sources: dict[str, str]) -> House:
    """A house that is not on disk."""
    return {name: ast.parse(source) for name, source in sources.items()}


@pytest.mark.parametrize("rule", RULES)
def test_the_houses_keep_their_rules(rule: str) -> None:
    broken_by, houses = RULES[rule]
    assert [found for name in houses for found in broken_by(house(name))] == []


@pytest.mark.parametrize(("rule", "sources"), OFFENDERS)
def test_a_source_that_breaks_a_rule_is_caught(rule: str, sources: dict[str, str]) -> None:
    broken_by, _ = RULES[rule]
    assert list(broken_by(parsed(sources)))


@pytest.mark.parametrize("rule", RULES)
def test_an_innocent_house_breaks_no_rule(rule: str) -> None:
    broken_by, _ = RULES[rule]
    assert list(broken_by(parsed(INNOCENT))) == []


@pytest.mark.parametrize("name", ["engine", "webapp", "tests"])
def test_there_is_a_house_to_read(name: str) -> None:
    assert house(name)


def test_every_rule_has_a_source_that_breaks_it() -> None:
    assert {rule for rule, _ in OFFENDERS} == set(RULES)


# Scripts


Scripts = Mapping[str, str]
"""The sources of scripts by their paths below assets/js."""

LADDER = ("lib", "core", "net", "model", "curve", "network", "step", "landscape", "tables", "shell")
"""The folders of scripts: each may import from itself and from those before it. `main.js` stands above all."""
SETS = {"main.js": {"nnbench"}, "shell/dash_callbacks.js": {"dash_clientside"}, "shell/plotly_loader.js": {"Plotly"}}
"""The global names that scripts set: the handle of browser stories, Dash's namespace, and the promise of Plotly."""
LONGEST_LINE = 120

DECLARATION = re.compile(r"(import|export|const|let|function|async function|class)\b|[)}\]]|/\*|//| |$")
GLOBAL = re.compile(r"(?:window|globalThis|self)(?:\.(\w+)|\[[^\]]*\]) = |Object\.assign\((?:window|globalThis|self)\b")


def scripts() -> Scripts:
    """Every script of the page."""
    folder = ROOT / "assets" / "js"
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*.js"))}


def imported(sources: Scripts) -> dict[str, list[str]]:
    """The scripts that each script imports."""
    return {path: list(parsed_script(path, source).imports) for path, source in sources.items()}


def rung(path: str) -> int:
    """How high a script stands; -1 for a folder that is not on the ladder."""
    folder, inside, _ = path.partition("/")
    if not inside:
        return len(LADDER) if path == "main.js" else -1
    return LADDER.index(folder) if folder in LADDER else -1


def uphill_scripts(sources: Scripts) -> Iterator[str]:
    """Scripts outside the ladder of folders, and imports that lead up it."""
    yield from (f"{path} is in no folder of the ladder" for path in sources if rung(path) < 0)
    for path, others in imported(sources).items():
        yield from (f"{path} imports {other}" for other in others if rung(other) > rung(path))


def script_cycles(sources: Scripts) -> Iterator[str]:
    """A ring of scripts that import each other; the first one found."""
    try:
        TopologicalSorter(imported(sources)).prepare()
    except CycleError as error:
        yield " → ".join(reversed(error.args[1]))


def acts_on_import(sources: Scripts) -> Iterator[str]:
    """Statements that run when a script is imported: calls and assignments that begin a line."""
    for path, source in sources.items():
        lines = enumerate(source.splitlines(), start=1)
        if path != "main.js":
            yield from (f"{path}, line {k}: {line}" for k, line in lines if not DECLARATION.match(line))


def set_globals(sources: Scripts) -> Iterator[str]:
    """Global names that are set where they should not be."""
    for path, source in sources.items():
        names = {match[1] or match[0] for match in GLOBAL.finditer(source)}
        yield from (f"{path} sets {name}" for name in sorted(names - SETS.get(path, set())))


def long_lines(sources: Scripts) -> Iterator[str]:
    """Lines that no window is wide enough for."""
    for path, source in sources.items():
        lines = enumerate(source.splitlines(), start=1)
        yield from (f"{path}, line {k}, has {len(line)}" for k, line in lines if len(line) > LONGEST_LINE)


def vague_scripts(sources: Scripts) -> Iterator[str]:
    """Scripts and folders that are named after no idea."""
    return (path for path in sources if VAGUE_NAMES & set(path.removesuffix(".js").split("/")))


def names_exported_twice(sources: Scripts) -> Iterator[str]:
    """Names that a search finds in two scripts."""
    found: dict[str, str] = {}
    for path, source in sources.items():
        for name in parsed_script(path, source).exports:
            if name in found:
                yield f"{found[name]} and {path} export {name}"
            found[name] = path


SCRIPT_RULES: dict[str, Callable[[Scripts], Iterable[str]]] = {
    "the folders of scripts form a ladder": uphill_scripts,
    "scripts import each other in no circle": script_cycles,
    "importing a script does nothing": acts_on_import,
    "a script sets no global name": set_globals,
    "a line of a script fits into a window": long_lines,
    "a script is named after an idea": vague_scripts,
    "an exported name is found in one script": names_exported_twice,
}

A_SIGNAL = 'import { changed } from "../core/signals.js";\n'

SCRIPT_OFFENDERS: list[tuple[str, dict[str, str]]] = [
    ("the folders of scripts form a ladder", {"core/a.js": 'import { b } from "../net/b.js";', "net/b.js": ""}),
    ("the folders of scripts form a ladder", {"shell/a.js": 'import { main } from "../main.js";', "main.js": ""}),
    ("the folders of scripts form a ladder", {"views/a.js": ""}),
    ("the folders of scripts form a ladder", {"start.js": ""}),
    ("scripts import each other in no circle", {"net/a.js": 'import { a } from "./a.js";\nexport const a = 1;'}),
    (
        "scripts import each other in no circle",
        {"net/a.js": 'import { b } from "./b.js";', "net/b.js": 'import {\n  a,\n} from "./a.js";'},
    ),
    ("importing a script does nothing", {"net/a.js": "document.addEventListener('click', f);"}),
    ("importing a script does nothing", {"net/a.js": f"{A_SIGNAL}changed.on(show);"}),
    ("importing a script does nothing", {"net/a.js": "export function install() {}\n\ninstall();"}),
    ("importing a script does nothing", {"net/a.js": "state.tab = null;"}),
    ("importing a script does nothing", {"net/a.js": "if (document.body) show();"}),
    ("importing a script does nothing", {"net/a.js": "(function () {})();"}),
    ("a script sets no global name", {"net/a.js": "function f() {\n  window.requests = [];\n}"}),
    ("a script sets no global name", {"net/a.js": "function f() {\n  window.nnbench = {};\n}"}),
    ("a script sets no global name", {"net/a.js": "function f() {\n  globalThis['x'] = 1;\n}"}),
    ("a script sets no global name", {"main.js": "Object.assign(window, { state });"}),
    ("a line of a script fits into a window", {"net/a.js": f"const a = '{'x' * 120}';"}),
    ("a script is named after an idea", {"lib/utils.js": ""}),
    ("a script is named after an idea", {"lib/helpers/dom.js": ""}),
    ("an exported name is found in one script", {"lib/a.js": "export const a = 1;", "net/b.js": "export { b as a };"}),
]

INNOCENT_SCRIPTS = {
    "lib/dom.js": "/** Elements. */\n\nexport const byId = (id) =>\n  document.getElementById(id);\n",
    "core/signals.js": "export const changed = {\n  on() {},\n};\n",
    "shell/show.js": (
        f'import {{ byId }} from "../lib/dom.js";\n{A_SIGNAL}\n'
        "let shown = null;\n\nfunction show() {\n  shown = byId('loss');\n  window.name;\n}\n\n"
        "export function installShow() {\n  changed.on(show);\n}\n"
    ),
    "main.js": 'import { installShow } from "./shell/show.js";\n\ninstallShow();\n\nwindow.nnbench = {};\n',
}


@pytest.mark.parametrize("rule", SCRIPT_RULES)
def test_the_scripts_keep_their_rules(rule: str) -> None:
    assert list(SCRIPT_RULES[rule](scripts())) == []


@pytest.mark.parametrize(("rule", "sources"), SCRIPT_OFFENDERS)
def test_a_script_that_breaks_a_rule_is_caught(rule: str, sources: dict[str, str]) -> None:
    assert list(SCRIPT_RULES[rule](sources))


@pytest.mark.parametrize("rule", SCRIPT_RULES)
def test_innocent_scripts_break_no_rule(rule: str) -> None:
    assert list(SCRIPT_RULES[rule](INNOCENT_SCRIPTS)) == []


def test_every_rule_of_scripts_has_a_script_that_breaks_it() -> None:
    assert {rule for rule, _ in SCRIPT_OFFENDERS} == set(SCRIPT_RULES)


def test_every_folder_of_the_ladder_has_scripts() -> None:
    assert {path.partition("/")[0] for path in scripts()} == {*LADDER, "main.js"}


# Versions


def pins(name: str) -> dict[str, str]:
    """The version of each package in a requirements file."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))


def test_what_is_tested_is_what_runs() -> None:
    """Two files, one set of versions; but selenium 4.2 wants the old urllib3, which no page of ours uses."""
    runs, checks = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {package for package in runs if checks.get(package) != runs[package]} == {"urllib3"}
