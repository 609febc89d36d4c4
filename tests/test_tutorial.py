"""The tutorial runs in a kernel as it stands, and prints what it says; the same kernel runs the cells of a homework."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from webapp.classes.packaged import packaged_lessons
from webapp.files.export_run import own_link_runner
from webapp.homework.handed_in import HandedIn
from webapp.homework.marking import Marking

DOCS = Path(__file__).resolve().parent.parent / "docs"
CELLS, SECONDS = 15, 120
HOMEWORK = (
    "import nnbench\ntask = nnbench.task('overfitting', 3)",
    "task",
    "task.check(task.bench())",
    "### BEGIN HIDDEN TESTS\ntask.grade(task.bench(decay=0.02), 2)\n### END HIDDEN TESTS",
)


@pytest.fixture(scope="module")
def written() -> Any:
    return nbformat.read(DOCS / "tutorial.ipynb", as_version=4)


@pytest.fixture(scope="module")
def executed(written: Any) -> Any:
    notebook = deepcopy(written)
    notebook.cells += [nbformat.v4.new_code_cell(cell) for cell in HOMEWORK]
    folder = {"metadata": {"path": str(DOCS.parent)}}
    NotebookClient(notebook, timeout=SECONDS, resources=folder).execute()
    return notebook


def printed(cell: Any) -> str:
    """The output of a cell, and its value."""
    streams = (part for part in cell.outputs if part.output_type == "stream" and part.name == "stdout")
    values = (part.data["text/plain"] for part in cell.outputs if part.output_type == "execute_result")
    return "".join([*(part.text for part in streams), *values])


def test_it_has_fifteen_cells(written: Any) -> None:
    assert len(written.cells) == CELLS


def test_every_cell_prints_what_the_tutorial_says(written: Any, executed: Any) -> None:
    *before, _ = [cell for cell in written.cells if cell.cell_type == "code"]
    *after, _ = [cell for cell in executed.cells[:CELLS] if cell.cell_type == "code"]
    assert [printed(cell) for cell in after] == [printed(cell) for cell in before]
    assert all(map(printed, before))


def test_the_run_that_diverges_says_why_beside_its_number(executed: Any) -> None:
    said = [part.text for cell in executed.cells for part in cell.get("outputs", []) if part.get("name") == "stderr"]
    assert any("DivergedWarning: The learning potential is −inf. α is too large: " in text for text in said)


def test_the_last_cell_shows_the_bench_or_where_no_frame_reaches_it_a_still_figure(executed: Any) -> None:
    (shown,) = executed.cells[CELLS - 1].outputs
    assert shown.data["text/plain"].startswith("NNBench on http://127.0.0.1:")
    assert shown.data["text/html"].startswith("<figure")
    assert "300 losses at α 0.1; the largest is " in shown.data["text/html"]


def test_a_task_of_a_homework_shows_its_page_and_a_graded_cell_ends_in_its_points(executed: Any) -> None:
    _, shown, first, graded = executed.cells[CELLS:]
    page = shown.outputs[0].data["text/html"]
    assert page.startswith("<p>Task 3: Learn the circle, not the samples: with decay.")
    assert "&amp;task=own.3" in page
    said, answer, points = printed(first).splitlines()
    assert (said, points) == ("The held-out loss is 0.740; the task asks for at most 0.57.", "0.0")
    assert answer.endswith("&samples=10000&seed=5&v=1")
    said, answer, points = printed(graded).splitlines()
    assert (said, points) == ("Done. With 21 of 32 other data seeds it gets there too.", "2.0")
    marks = Marking(packaged_lessons()["overfitting"], own_link_runner(), SECONDS).mark([HandedIn("", "", answer, "")])
    assert [(mark.task, mark.points, mark.code) for mark in marks] == [(3, 1.0, "agrees")]
    # Some versions of nbgrader take the error stream for a failure.
    outputs = [output for cell in executed.cells[CELLS:] for output in cell.outputs]
    assert [output for output in outputs if output.get("name") == "stderr"] == []
