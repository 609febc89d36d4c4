"""The page's scripts keep to their structure: the modules of assets/js are read and checked, a rule a row.

Each rule also has sources that break it, so that a rule which no longer looks is noticed.
"""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.test_architecture import VAGUE_NAMES
from webapp.http.modules import parsed as parsed_script

ROOT = Path(__file__).parent.parent

Scripts = Mapping[str, str]
"""The sources of scripts by their paths below assets/js."""

LADDER = [
    "lib", "core", "net", "model", "maps", "curve", "outcomes", "network", "step", "output", "surface", "cube",
    "landscape", "sweeps", "tables", "compare", "controls", "stage", "links", "lessons", "access", "shell",
    "before_dash",
]  # fmt: skip
"""The folders of scripts: each may import from itself and from those before it. `main.js` stands above all."""
SETS = {
    "controls/dash_callbacks.js": {"dash_clientside"},
    "core/plotly.js": {"Plotly"},
    "before_dash/dash_scripts.js": {"fetch"},
}
"""The global names that scripts set: Dash's namespace, the promise of Plotly, and how Dash asks."""
LONGEST_LINE = 120

TYPE = re.compile(r"""@import \{[^}]*\} from "([^"]+)"|import\("([^"]+)"\)""")
DECLARATION = re.compile(r"(import|export|const|let|function|async function|class)\b|[)}\]]|/\*|//| |$")
WINDOW = r"(?:window|globals|globalThis|self)"
GLOBAL = re.compile(rf"{WINDOW}(?:\.(\w+)|\[[^\]]*\]) = |Object\.assign\({WINDOW}\b")


def scripts() -> Scripts:
    """Every script of the page."""
    folder = ROOT / "assets" / "js"
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*.js"))}


def imported(sources: Scripts) -> dict[str, list[str]]:
    """The scripts that each script imports."""
    return {path: list(parsed_script(path, source).imports) for path, source in sources.items()}


def types_imported(sources: Scripts) -> dict[str, list[str]]:
    """The scripts from whose comments each script takes a type."""
    return {path: [posixpath.normpath(f"{path}/../{found[1] or found[2]}") for found in TYPE.finditer(source)]
            for path, source in sources.items()}  # fmt: skip


def rung(path: str) -> int:
    """The row of a script on the ladder; -1 for a folder that is not on the ladder."""
    folder, inside, _ = path.partition("/")
    if not inside:
        return len(LADDER) if path == "main.js" else -1
    return LADDER.index(folder) if folder in LADDER else -1


def uphill_scripts(sources: Scripts) -> Iterator[str]:
    """Scripts outside the ladder of folders, and imports that lead up it."""
    yield from (f"{path} is in no folder of the ladder" for path in sources if rung(path) < 0)
    for path, others in [*imported(sources).items(), *types_imported(sources).items()]:
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


BEFORE_DASH = re.compile(r"data-place|dataset\.place|static-parts|stand-?in\b|stand-?ins\b", re.IGNORECASE)


def knows_the_time_before_dash(sources: Scripts) -> Iterator[str]:
    """Scripts that speak of what is there before Dash, outside of its folder."""
    others = {path: source for path, source in sources.items() if not path.startswith(f"{LADDER[-1]}/")}
    yield from (f"{path} says {found[0]}" for path, source in others.items() if (found := BEFORE_DASH.search(source)))


SCRIPT_RULES: dict[str, Callable[[Scripts], Iterable[str]]] = {
    "the folders of scripts form a ladder": uphill_scripts, "scripts import each other in no circle": script_cycles,
    "importing a script does nothing": acts_on_import, "a script sets no global name": set_globals,
    "a line of a script fits into a window": long_lines, "a script is named after an idea": vague_scripts,
    "an exported name is found in one script": names_exported_twice,
    "one folder knows of the time before Dash": knows_the_time_before_dash,
}  # fmt: skip

A_SIGNAL = 'import { changed } from "../core/signals.js";\n'

SCRIPT_OFFENDERS: list[tuple[str, dict[str, str]]] = [
    ("the folders of scripts form a ladder", {"core/a.js": 'import { b } from "../net/b.js";', "net/b.js": ""}),
    ("the folders of scripts form a ladder", {"core/a.js": '/** @import { B } from "../net/b.js" */', "net/b.js": ""}),
    ("the folders of scripts form a ladder", {"core/a.js": '/** @type {import("../net/b.js").B} */', "net/b.js": ""}),
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
    ("a script sets no global name", {"net/a.js": "function f() {\n  globals.requests = [];\n}"}),
    ("a script sets no global name", {"main.js": "Object.assign(window, { state });"}),
    ("a line of a script fits into a window", {"net/a.js": f"const a = '{'x' * 120}';"}),
    ("a script is named after an idea", {"lib/utils.js": ""}),
    ("a script is named after an idea", {"lib/helpers/dom.js": ""}),
    ("an exported name is found in one script", {"lib/a.js": "export const a = 1;", "net/b.js": "export { b as a };"}),
    ("one folder knows of the time before Dash", {"shell/a.js": 'find(document, "[data-place=alpha-slider]");'}),
]

INNOCENT_SCRIPTS = {
    "lib/dom.js": "/** Elements. */\n\nexport const byId = (id) =>\n  document.getElementById(id);\n",
    "core/signals.js": "export const changed = {\n  on() {},\n};\n",
    "shell/show.js": (
        f'import {{ byId }} from "../lib/dom.js";\n{A_SIGNAL}\n'
        "let shown = null;\n\nfunction show() {\n  shown = byId('loss');\n  window.name;\n}\n\n"
        "export function installShow() {\n  changed.on(show);\n}\n"
    ),
    "main.js": 'import { installShow } from "./shell/show.js";\n\ninstallShow();\n',
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


def test_no_style_of_the_bench_asks_what_is_inside() -> None:
    """Where one rule has :has(), each new number has the browser compute the styles of all that any such rule names;
    a redraw takes a third longer for it. Scripts say it in a class."""
    sheets = {path: path.read_text("utf-8") for path in (ROOT / "assets" / "css").rglob("*.css")}
    assert sheets
    assert [path.name for path, source in sheets.items() if ":has(" in source] == []


CLASS_RULES = list(SCRIPT_RULES)[1:-1]
"""The rules that hold for the scripts of a class too; they stand in one folder, and know of no Dash."""
CLASS_ENTRIES = ("student", "editor", "wall", "control")
"""The scripts of a class that begin a page, as `main.js` does."""
CLASS_MAY_IMPORT = re.compile(r"class/.*|js/lib/.*|js/core/(constants|format)\.js")


def class_scripts() -> Scripts:
    """Every script of a class, by its path below assets."""
    folder = ROOT / "assets"
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.glob("class/*.js"))}


@pytest.mark.parametrize("rule", CLASS_RULES)
def test_the_scripts_of_a_class_keep_the_rules(rule: str) -> None:
    entries = {f"class/{entry}.js": "main.js" for entry in CLASS_ENTRIES}
    sources = {entries.get(path, path) if rule == "importing a script does nothing" else path: source
               for path, source in class_scripts().items()}  # fmt: skip
    assert list(SCRIPT_RULES[rule](sources)) == []


def test_the_scripts_of_a_class_import_of_the_bench_what_any_page_could_use() -> None:
    imports = {other for others in imported(class_scripts()).values() for other in others}
    assert not [other for other in imports if not CLASS_MAY_IMPORT.fullmatch(other)]


def test_every_rule_of_scripts_has_a_script_that_breaks_it() -> None:
    assert {rule for rule, _ in SCRIPT_OFFENDERS} == set(SCRIPT_RULES)


def test_every_folder_of_the_ladder_has_scripts() -> None:
    assert {path.partition("/")[0] for path in scripts()} == {*LADDER, "main.js"}


# Versions
