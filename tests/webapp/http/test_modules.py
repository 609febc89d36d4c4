"""ES modules become one classic script, each after those that it imports, and what cannot be joined is refused."""

import re
from pathlib import Path

import pytest

from tests.engine.asserting import refuses
from webapp.app import ASSETS
from webapp.http.modules import ModuleError, joined, joined_from, ordered, parsed, read


def written(folder: Path, sources: dict[str, str]) -> Path:
    for name, source in sources.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, "utf-8")
    return folder


LADDER = {
    "main.js": 'import { double as twice, unit } from "./core/numbers.js";\n\nwindow.result = twice(unit);\n',
    "core/numbers.js": (
        "/** Numbers; import { this } is no import. */\n\n"
        'import {\n  product,\n} from "../lib/product.js";\n\n'
        "const two = 2;\nexport const unit = 1;\nexport const double = (x) => product(two, x);\n"
    ),
    "lib/product.js": "function product(a, b) {\n  return a * b;\n}\nexport { product };\n",
    "core/types.js": "/** @typedef {number} Share */\n\nexport {};\n",
}


def test_modules_are_joined_whole_each_after_those_that_it_imports(tmp_path: Path) -> None:
    order = ordered(read(written(tmp_path, LADDER)), "main.js")
    assert [module.path for module in order] == ["lib/product.js", "core/numbers.js", "main.js"]
    assert joined(written(tmp_path, LADDER)) == (
        '(() => {\n"use strict";\n'
        "// lib/product.js\n"
        "const m0 = (() => {\nfunction product(a, b) {\n  return a * b;\n}\nreturn { product };\n})();\n"
        "// core/numbers.js\n"
        "const m1 = (({ product }) => {\n"
        "const two = 2;\nconst unit = 1;\nconst double = (x) => product(two, x);\n"
        "return { unit, double };\n})(m0);\n"
        "// main.js\n"
        "const m2 = (({ double: twice, unit }) => {\nwindow.result = twice(unit);\n})(m1);\n"
        'let all;\nObject.defineProperty(window, "nnbench", { get: () => (all ??= { ...m0, ...m1 }) });\n'
        "})();\n"
    )
    script = joined_from(written(tmp_path, LADDER), "core/numbers.js", "lib/product.js")
    assert "main.js" not in script
    assert script.endswith("return { ...m0, ...m1 };\n})();\n")
    script = joined(ASSETS / "js")
    assert all(f"\n// {path}\n" in script for path in read(ASSETS / "js"))
    assert "import {" not in script
    assert "\nexport " not in script


def test_a_declaration_or_a_list_is_exported_and_another_form_refused_with_its_file_and_line() -> None:
    for declaration, names in [
        ("export function f() {}", {"f": "f"}), ("export async function f() {}", {"f": "f"}),
        ("export function* f() {}", {"f": "f"}), ("export class Queue {}", {"Queue": "Queue"}),
        ("export const $a = 1;", {"$a": "$a"}), ("const a = 1, b = 2;\nexport { a, b as c };", {"a": "a", "c": "b"}),
        ("export {\n  a,\n  b,\n};", {"a": "a", "b": "b"}),
    ]:  # fmt: skip
        module = parsed("a.js", declaration)
        assert module.exports == names
        assert "export" not in module.code
    for form in OTHER_FORMS:
        line = 4 + form.count("\n", 0, form.index("import" if "import" in form else "export"))
        with pytest.raises(ModuleError, match=rf"^core/a\.js, line {line}: "):
            parsed("core/a.js", f"/* one\n   two */\nconst one = 1;\n{form}\n")
    refuses(ModuleError, parsed, "a.js", 'import { a b } from "./b.js";', match="'a b' is no name")


OTHER_FORMS = [
    "export let a = 1;", "export var a = 1;", "export default 1;", "export default function f() {}",
    "export const { a } = b;", 'export * from "./b.js";', 'export { a } from "./b.js";', 'import a from "./b.js";',
    'import * as a from "./b.js";', 'import "./b.js";', 'import { a } from "b";',
    'import { a } from "https://example.org/b.js";', 'import { a } from "/b.js";', 'import { a } from "./b";',
    'import { a } from "./b.js"', '  import { a } from "./b.js";', 'if (x) {\n  import("./b.js");\n}',
]  # fmt: skip


@pytest.mark.parametrize(("sources", "sentence"), [
    (
        {"main.js": 'import { a } from "./a.js";', "a.js": 'import { b } from "./b.js";\nexport const a = 1;',
         "b.js": 'import { a } from "./a.js";\nexport const b = 1;'},
        "A circle of imports: a.js → b.js → a.js.",
    ),
    ({"main.js": 'import { a } from "./main.js";\nexport const a = 1;'}, "A circle of imports: main.js → main.js."),
    ({"main.js": 'import { a } from "./b.js";'}, "main.js imports b.js, which is not there."),
    ({"main.js": 'import { a } from "../a.js";'}, "main.js imports ../a.js, which is not there."),
    (
        {"main.js": 'import { a, b, c } from "./a.js";', "a.js": "export const b = 1;"},
        "main.js imports a, c, which a.js does not export.",
    ),
    (
        {"main.js": 'import { inner } from "./a.js";', "a.js": "const inner = 1;\nexport { inner as outer };"},
        "main.js imports inner, which a.js does not export.",
    ),
    ({"main.js": "start();", "lib/a.js": "a();", "b.js": "b();"}, "Nobody imports b.js, lib/a.js."),
    ({"a.js": "a();"}, "The first module, main.js, is not there."),
])  # fmt: skip
def test_modules_that_cannot_be_joined_are_refused(tmp_path: Path, sources: dict[str, str], sentence: str) -> None:
    with pytest.raises(ModuleError) as refused:
        joined(written(tmp_path / "all", sources))
    assert str(refused.value) == sentence
    (tmp_path / "a.js").write_text("export const a = 1;", "utf-8")
    if "Nobody" not in sentence:
        refuses(ModuleError, joined_from, tmp_path / "all", "main.js", match=re.escape(sentence))
