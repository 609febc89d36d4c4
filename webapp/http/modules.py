"""ES modules joined by their imports into one classic script, without Node and without extra round trips.

Loaded one by one, modules would cost a visitor a round trip for each level of imports. They are parsed with a small,
strict grammar: `import { a, b as c } from "./path.js";`, and `export` before a function, a class, a constant or a list
in braces. Every other line that begins with import or export is refused, and so are circles, missing names and modules
that nobody imports.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ENTRY = "main.js"
HANDLE = "nnbench"
"""The global name with all that modules export, made when it is first asked for: browser stories ask the page by it."""

_COMMENT = re.compile(r"^[ \t]*/\*.*?\*/", re.MULTILINE | re.DOTALL)
_IMPORT = re.compile(r'^import \{([^{}]*)\} from "(\.{1,2}/[^"]+\.js)";$', re.MULTILINE)
_DECLARATION = re.compile(r"^export (?=(?:(?:async )?function\*?|class|const) ([\w$]+))", re.MULTILINE)
_LIST = re.compile(r"^export \{([^{}]*)\};$", re.MULTILINE)
_OTHER = re.compile(r"^[ \t]*(?:import|export)\b.*", re.MULTILINE)
_ALIAS = re.compile(r"([\w$]+)(?: as ([\w$]+))?")

Names = Mapping[str, str]


class ModuleError(ValueError):
    """Modules that cannot be joined; the sentence names the file, and where there is one the line."""


@dataclass(frozen=True)
class Module:
    """One module: its imports and exports, and its code without both."""

    path: str
    """Its path below the folder of all modules, as in lib/dom.js."""
    imports: Mapping[str, Names]
    """By the path of another module, the names there and the names here."""
    exports: Names
    """Names as others import them, and as they are here."""
    code: str

    def wrapped(self, names: Mapping[str, str]) -> str:
        """The module as a constant: a function of the modules that it imports, called at once."""
        parameters = ", ".join(f"{{ {_pairs(pairs)} }}" for pairs in self.imports.values())
        arguments = ", ".join(names[path] for path in self.imports)
        returned = f"return {{ {_pairs(self.exports)} }};\n"
        body = f"{self.code.strip()}\n{returned if self.exports else ''}"
        return f"// {self.path}\nconst {names[self.path]} = (({parameters}) => {{\n{body}}})({arguments});\n"


@dataclass
class _Walk:
    """A depth-first walk along the imports: each module comes after those that it imports."""

    modules: Mapping[str, Module]
    order: dict[str, Module] = field(default_factory=dict)
    way: list[str] = field(default_factory=list)

    def visit(self, path: str) -> None:
        if path in self.way:
            raise ModuleError(f"A circle of imports: {' → '.join([*self.way[self.way.index(path) :], path])}.")
        if path in self.order:
            return
        module = self.modules[path]
        self.way.append(path)
        for other, names in module.imports.items():
            if other not in self.modules:
                raise ModuleError(f"{path} imports {other}, which is not there.")
            if missing := names.keys() - self.modules[other].exports.keys():
                raise ModuleError(f"{path} imports {', '.join(sorted(missing))}, which {other} does not export.")
            self.visit(other)
        self.way.pop()
        self.order[path] = module


def joined(folder: Path, entry: str = ENTRY) -> str:
    """All modules of a folder as one classic script in strict mode; modules that nobody imports are refused.

    HANDLE is defined once all have run.
    """
    modules = read(folder)
    order = ordered(modules, entry)
    if unused := sorted(modules.keys() - {module.path for module in order}):
        raise ModuleError(f"Nobody imports {', '.join(unused)}.")
    get = f"() => (all ??= {_exports(order)})"
    return _script(order, f'let all;\nObject.defineProperty(window, "{HANDLE}", {{ get: {get} }});\n')


def joined_from(folder: Path, *entries: str) -> str:
    """These modules and those that they import, directly or not, as an expression: the object of their exports."""
    order = ordered(reached(folder, *entries), *entries)
    return _script(order, f"return {_exports(order, *entries)};\n")


def read(folder: Path) -> dict[str, Module]:
    """Every module below a folder, by its path; files without any code, such as types, are left out."""
    sources = {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*.js"))}
    modules = {path: parsed(path, source) for path, source in sources.items()}
    return {path: module for path, module in modules.items() if module.code.strip() or module.imports}


def reached(folder: Path, *entries: str) -> dict[str, Module]:
    """These modules below a folder and those that they import, directly or not; without those that are not there."""
    modules: dict[str, Module] = {}
    waiting = [*entries]
    while waiting:
        path = waiting.pop()
        is_below = not path.startswith("../")
        if path not in modules and is_below and (folder / path).is_file():
            modules[path] = parsed(path, (folder / path).read_text("utf-8"))
            waiting += modules[path].imports
    return modules


def ordered(modules: Mapping[str, Module], *entries: str) -> list[Module]:
    """The entries and all that they import, each module after those that it imports."""
    walk = _Walk(modules)
    for entry in entries:
        if entry not in modules:
            raise ModuleError(f"The first module, {entry}, is not there.")
        walk.visit(entry)
    return list(walk.order.values())


def parsed(path: str, source: str) -> Module:
    """A module's imports, exports and code."""
    code = _without_comments(source)
    imports: dict[str, dict[str, str]] = {}
    for names, address in _IMPORT.findall(code):
        other = posixpath.normpath(posixpath.join(posixpath.dirname(path), address))
        imports.setdefault(other, {}).update(_aliases(path, names))
    code = _IMPORT.sub(_blank, code)
    exports = {name: name for name in _DECLARATION.findall(code)}
    for names in _LIST.findall(code):
        exports |= {there: here for here, there in _aliases(path, names)}
    code = _LIST.sub(_blank, _DECLARATION.sub("", code))
    if other_form := _OTHER.search(code):
        line = code.count("\n", 0, other_form.start()) + 1
        raise ModuleError(f"{path}, line {line}: {other_form[0].strip()!r} is no form of import or export used here.")
    return Module(path, imports, exports, code)


def _without_comments(source: str) -> str:
    """Block comments that begin a line are blank lines."""
    return _COMMENT.sub(_blank, source)


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def _aliases(path: str, names: str) -> Iterator[tuple[str, str]]:
    """`a, b as c` as pairs (a, a), (b, c)."""
    for part in filter(None, (part.strip() for part in names.split(","))):
        alias = _ALIAS.fullmatch(part)
        if not alias:
            raise ModuleError(f"{path}: {part!r} is no name.")
        yield alias[1], alias[2] or alias[1]


def _pairs(names: Names) -> str:
    """Names as the inside of a pattern or of an object."""
    return ", ".join(key if key == value else f"{key}: {value}" for key, value in names.items())


def _exports(order: list[Module], *paths: str) -> str:
    """The object of all exports, or of those of these modules."""
    parts = (f"...m{k}" for k, module in enumerate(order) if module.exports and (not paths or module.path in paths))
    return f"{{ {', '.join(parts)} }}"


def _script(order: list[Module], last: str) -> str:
    names = {module.path: f"m{k}" for k, module in enumerate(order)}
    body = "".join(module.wrapped(names) for module in order)
    return f'(() => {{\n"use strict";\n{body}{last}}})();\n'
