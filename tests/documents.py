"""The tables that documents make of the sources: `python -m tests.documents` writes each one anew in its place.

A table stands between `<!-- name -->` and `<!-- /name -->` of any document; `tests/test_documents.py` compares it.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

from engine.experiments.catalogue import CATALOGUE
from tests.test_architecture import LADDERS
from webapp.http.modules import parsed
from webapp.settings import all_settings

ROOT = Path(__file__).parent.parent
SIGNALS = "core/signals.js"
FLOORS = {
    "engine": ("engine", "py"), "webapp": ("webapp", "py"), "scripts": ("assets/js", "js"),
    "styles": ("assets/css", "css"), "tests": ("tests", "py"),
}  # fmt: skip
"""The folder of each floor of the house, and the ending of its sources."""
FEATURES = {
    "α's scale": "outcome lr_range alpha_outcomes", "cause of a failure": "failure alike_units answer_range monotone",
    "comparison": "comparison compare comparisons",
    "exports": "export exports exporting export_menu export_run pytorch scripts",
    "floor": "floor floor_search floor_lines floor_notes", "formulas": "formula formulas formula_preview own_formulas",
    "held-out samples": "held_out held_out_words memorisation",
    "knobs": "knobs knob_values knob_controls knob_table training_knobs knob_constants",
    "landscape": "landscape best_alpha",
    "lessons": "lesson lessons story story_progress prediction predicting homework task", "links": "links link_codec",
    "luck and twins": "luck twins nudged_runs", "other seeds": "seed_spread percentile_band seed_dots seeds seed_rank",
    "own data": "table_parser table_cells data_dialog data_import data_rows own_facts input_preview",
    "tables of data": "named_tables rebuild_tables", "plane through rows": "row_plane plane_notes",
    "probe": "probe probe_update trace", "runs side by side": "runs pins pinned_curves run_table",
    "sensitivity": "sensitivity sensitivity_words sharpness",
    "starting weights": "checkpoints checkpoint_list checkpoint checkpoint_history safe_unpickle seal",
    "steps of a run": "trajectory cursor scrubber step_view", "surface": "surface plane barrier",
    "sweeps": "sweeps large_sweeps larger_maps", "exact questions": "questions turns without",
    "undo": "undo undo_without_page back_is_back",
}  # fmt: skip
"""The words of each feature: a source belongs to it whose name, or a folder of it, is one of them."""


def documents() -> dict[str, str]:
    """Every committed document by its path in the repository."""
    made = (ROOT / ".gitignore").read_text("utf-8").split()
    paths = [path.relative_to(ROOT).as_posix() for folder in (ROOT, ROOT / "docs") for path in folder.glob("*.md")]
    return {path: (ROOT / path).read_text("utf-8") for path in sorted(paths) if f"/{path}" not in made}


def table(heads: Sequence[str], rows: Iterable[Iterable[str]], gap: str = " ") -> str:
    """Rows of cells as Markdown, with a gap beside each cell."""
    lines = [[f"{gap}{cell}{gap}" if cell else " " for cell in row] for row in (heads, ["---"] * len(heads), *rows)]
    return "\n".join(f"|{'|'.join(line)}|" for line in lines)


def experiments() -> str:
    """The catalogue: each experiment with its group, its link and what to look for."""
    rows = ((row.group, row.title, f"`?experiment={row.key}`", row.look_for) for row in CATALOGUE.values())
    return table(["", "experiment", "link", "what to look for"], rows)


def settings() -> str:
    """Every setting with its default."""
    rows = (
        (
            f"`{row.name}`",
            f"`{row.default}` {row.unit}".strip() if row.default else "—",
            f"{row.sentence} {row.advice}".strip(),
        )
        for row in all_settings()
    )
    return table(["setting", "default", "what it does"], rows)


def ladder(package: str) -> str:
    """The folders and single modules of a package from the ground up, each with its own first sentence."""
    folders = [ROOT / package / name for name in LADDERS[package]]
    return "\n".join(
        f"- `{folder.name}/`: {first_sentence(folder / '__init__.py')}"
        if folder.is_dir()
        else f"- `{folder.name}.py`: {first_sentence(folder.with_suffix('.py'))}"
        for folder in folders
    )


def first_sentence(source: Path) -> str:
    """The first sentence of a module's docstring, in one line."""
    said = ast.get_docstring(ast.parse(source.read_text("utf-8"))) or ""
    return re.split(r"(?<=\.)\s", said.replace("\n", " "))[0]


def features() -> str:
    """The folders of each floor in which a feature has sources of its name; of styles the sheets."""
    rows = []
    for feature, words in FEATURES.items():
        cells = []
        for floor, (folder, ending) in FLOORS.items():
            found = [path for path in sources(folder, ending) if is_named(path, words.split())]
            places = dict.fromkeys(path.stem if floor == "styles" else path.parts[0] for path in found)
            cells.append(", ".join(places))
        rows.append([feature, *cells])
    return table(["feature", *FLOORS], rows, gap="")


@cache
def sources(folder: str, ending: str) -> list[Path]:
    """The sources of a floor, by their paths within it."""
    return sorted(path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob(f"*.{ending}"))


def is_named(path: Path, words: Iterable[str]) -> bool:
    """Whether a source or one of its folders has one of the names."""
    return not {path.stem.removeprefix("test_"), *path.parts[:-1]}.isdisjoint(words)


def listeners() -> dict[str, dict[str, list[str]]]:
    """The scripts that hear each signal, by their folders: those that subscribe to it, alone or in a list."""
    scripts = {path.as_posix(): (ROOT / "assets/js" / path).read_text("utf-8") for path in sources("assets/js", "js")}
    heard: dict[str, dict[str, list[str]]] = {
        name: defaultdict(list) for name in re.findall(r"^export const (\w+) = signal", scripts[SIGNALS], re.MULTILINE)
    }
    for path, source in scripts.items():
        module = parsed(path, source)
        for name, here in module.imports.get(SIGNALS, {}).items():
            if re.search(rf"(?<![.\w]){here}(?:\.on\(|,|\])", module.code):
                folder, _, file = path.rpartition("/")
                heard[name][folder].append(file.removesuffix(".js"))
    return heard


def signals() -> str:
    """Each signal of the page's scripts, and who hears it."""
    rows = []
    for name, folders in listeners().items():
        rows.append([f"`{name}`", "; ".join(f"{folder}: {', '.join(scripts)}" for folder, scripts in folders.items())])
    return table(["signal", "who hears it"], rows, gap="")


TABLES: dict[str, Callable[[], str]] = {
    "experiments": experiments, "settings": settings, "engine": lambda: ladder("engine"),
    "webapp": lambda: ladder("webapp"), "features": features, "signals": signals,
}  # fmt: skip


def renewed(text: str) -> str:
    """A document with its tables as the sources have them now."""
    for name, make in TABLES.items():
        before, begin, rest = text.partition(f"<!-- {name} -->\n")
        if begin:
            text = f"{before}{begin}{make()}\n<!-- /{name} -->{rest.partition(f'<!-- /{name} -->')[2]}"
    return text


if __name__ == "__main__":
    for path, text in documents().items():
        if renewed(text) != text:
            (ROOT / path).write_text(renewed(text), "utf-8")
            sys.stdout.write(f"{path} is renewed\n")
