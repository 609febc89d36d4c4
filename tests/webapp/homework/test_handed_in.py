"""Answers are read as they come: tables of any spreadsheet, folders and zips, exports of Moodle and of nbgrader."""

import contextlib
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.homework.handed_in import HandedIn, NothingToMark, read_handed_in

ANSWER = "nnbench 5a02b1c3.1 run 940c8266 ?experiment=circle&alpha=0.05&v=1"
SECOND = "nnbench 5a02b1c3.2 choice 1 reason 2"


def read(path: Path) -> list[tuple[str, str, str]]:
    return [(one.who, one.task, one.text.strip()) for one in read_handed_in(path)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_of_any_spreadsheet(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["Who", "TASK", "Answer"], ["Zoë", "1", ANSWER], ["", "", ""], [], ["Zoë", "2", SECOND], ["Ben", "1", ""]]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    path = tmp_path / "answers.csv"
    path.write_bytes(text.encode(encoding))
    assert read(path) == [("Zoë", "1", ANSWER), ("Zoë", "2", SECOND), ("Ben", "1", "")]
    assert [one.place for one in read_handed_in(path)] == ["row 2", "row 5", "row 6"]
    path.write_bytes(f"sep={delimiter}\r\n{text}".encode(encoding))
    assert len(read(path)) == 3


def test_a_link_with_commas_that_nobody_quoted_is_one_cell(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("who,task,answer\nAda,3.0,?experiment=falling-rate&rate=where(k%3C2250,1,0.1)\n")
    assert read(path) == [("Ada", "3.0", "?experiment=falling-rate&rate=where(k%3C2250,1,0.1)")]


def test_moodles_grading_table_its_quiz_and_its_download(tmp_path: Path) -> None:
    html = f"<p>{ANSWER.replace('&', '&amp;')}<br /></p><p>{SECOND}</p>"
    table = tmp_path / "grades.csv"
    table.write_text(
        'Identifier,"Full name","Email address",Status,Grade,"Online text"\n'
        f'Participant 7,"Ada Lovelace",ada@x.org,Submitted,,"{html}"\n'
    )
    assert read(table) == [("Ada Lovelace", "", ANSWER), ("Ada Lovelace", "", SECOND)]
    quiz = tmp_path / "quiz.csv"
    quiz.write_text(
        f'"Last name","First name",State,"Response 1","Response 2"\nLovelace,Ada,Finished,"{ANSWER}",{SECOND}\n'
    )
    assert read(quiz) == [("Ada Lovelace", "1", ANSWER), ("Ada Lovelace", "2", SECOND)]
    archive = tmp_path / "submissions.zip"
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("Ada Lovelace_123_assignsubmission_onlinetext/onlinetext.html", html)
        files.writestr("Ben_124_assignsubmission_file/answer.txt", ANSWER)
        files.writestr("Ben_124_assignsubmission_file/photo.jpg", b"\xff\xd8")
        files.writestr("__MACOSX/x.txt", ANSWER)
    assert read(archive) == [*read(table), ("Ben", "", ANSWER), ("Ben", "", "")]
    assert read_handed_in(archive)[-1].refusal == "A file .jpg is not read here."
    archive.write_bytes(archive.read_bytes()[:-30])
    with pytest.raises(NothingToMark, match=r"zip is damaged\. Download it again"):
        read_handed_in(archive)


def test_nbgraders_folder_and_a_folder_of_files(tmp_path: Path) -> None:
    folder = tmp_path / "submitted" / "ada" / "ps1"
    folder.mkdir(parents=True)
    cells: list[Any] = [{"source": [f'task.check("{ANSWER}")'], "outputs": []}, {"source": 3}, 7]
    (folder / "problem1.ipynb").write_text(json.dumps({"cells": cells}))
    (folder / "timestamp.txt").write_text("2026-11-30 12:00:00 UTC")
    assert read_handed_in(tmp_path)[0].who == "ada"
    assert ANSWER in read_handed_in(tmp_path)[0].text
    cells[1]["source"] = [3, ANSWER]
    (folder / "problem1.ipynb").write_text(json.dumps({"cells": cells[1:]}))
    assert ANSWER in read_handed_in(tmp_path)[0].text
    for damaged in ("no notebook", "[]", '{"cells": 3}', '{"cells": [{"outputs": 3}]}'):
        (folder / "problem1.ipynb").write_text(damaged)
        assert read_handed_in(tmp_path)[0].refusal == "This file is damaged."
    points = tmp_path / "grades.csv"
    points.write_text("assignment,student_id,score\nps1,ada,3\n")
    with pytest.raises(NothingToMark, match="folder “submitted”"):
        read_handed_in(points)
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "Ben.txt").write_text(ANSWER)
    (plain / "Cy.json").write_text("{}")
    (plain / "Di.txt").write_text(f"{ANSWER}\n" * 20_001)
    (plain / os.fsdecode("Zoë.txt".encode("cp1252"))).write_text(ANSWER)
    assert [(one.who, one.refusal) for one in read_handed_in(plain)] == [
        ("Ben", ""),
        ("Cy", ""),
        ("Di", "This file has 20,001 answers, and 1,000 are read at most."),
        ("Zoë", ""),
    ]


@settings(max_examples=40)
@given(data=st.binary(max_size=400) | st.text(max_size=200).map(lambda text: f"who,answer\n{text}".encode()))
def test_bytes_of_any_kind_are_rows_or_one_sentence(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes(data)
    with contextlib.suppress(NothingToMark):
        assert all(isinstance(one, HandedIn) for one in read_handed_in(path))
