"""Answers are marked by their runs alone: 40 of 200 are forged in ten ways and found, plain NumPy says the same of the
rest, and whatever a row holds, it is a row with a sentence."""

import time
from pathlib import Path
from statistics import median
from types import SimpleNamespace

import numpy as np
import pytest
from flask.testing import FlaskClient

from benchmarks.homework import FORGERS, KEY, Made, answers, lesson, text_of
from engine import CATALOGUE, DrawnWeights, kernel
from engine.base.numerics import FloatArray, tanh
from engine.outcomes.run_ends import other_seeds
from webapp.base.format import number
from webapp.classes.lesson import Lesson, LessonRefused, read_lesson
from webapp.command import main
from webapp.files.export_run import own_link_runner
from webapp.homework import likeness, marking, replays
from webapp.homework.answer import LONGEST, answers_in, read_answer
from webapp.homework.handed_in import HandedIn
from webapp.homework.mark import AGREES, DIFFERS, Mark
from webapp.homework.marking import NO_TIME, Marking, bits_differ
from webapp.homework.replays import Replays
from webapp.homework.sheet import marks_csv, sheet_html

SAMPLES, MOST_LOSS = 300, 0.6
BASE = CATALOGUE[KEY].experiment.replace_unchecked(samples=SAMPLES)


def marked(of: Lesson, rows: list[HandedIn], seconds: float = 60.0) -> list[Mark]:
    return Marking(of, own_link_runner(), seconds).mark(rows)


def one(text: str, task: str = "1", who: str = "Ada") -> Mark:
    """The mark of one answer to the lesson of the benchmark."""
    return marked(lesson(SAMPLES), [HandedIn(who, task, text, "row 2")])[0]


@pytest.fixture(scope="module")
def homework() -> tuple[Lesson, list[Made], list[Mark]]:
    of = lesson(SAMPLES, MOST_LOSS)
    made = answers(of, 200, 40, momentum=False)
    return of, made, marked(of, [each.handed_in for each in made])


Homework = tuple[Lesson, list[Made], list[Mark]]


def test_forty_forged_answers_of_ten_ways_are_found_and_no_honest_one(homework: Homework) -> None:
    _, made, marks = homework
    by_way = {way: [mark for each, mark in zip(made, marks, strict=True) if each.way == way] for way in ["", *FORGERS]}
    assert [len(some) for some in by_way.values()] == [160, *[4] * 10]
    assert [way for way, some in by_way.items() for mark in some if way and not (mark.said or mark.same_as)] == []
    assert all(mark.code == AGREES and not mark.said and mark.counts for mark in by_way[""])
    edited = [mark for way in ("another's code", "an edited code", "an edited α") for mark in by_way[way]]
    assert {mark.code for mark in edited} == {DIFFERS}
    said = {way: " ".join(some[0].said) for way, some in by_way.items()}
    assert said["another data seed"].startswith("This task leaves the data seed as it was.")
    assert said["a huge run"] == said["more samples"]
    assert said["a huge run"] == "This task leaves samples as it was. Set it back."
    assert "another network or other data" in said["edited weights"]
    assert said["another lesson"] == marking.OTHER_LESSON
    assert said["a later version"].startswith("This link is of version '2', and this bench reads version 1.")
    copied = by_way["another's run"][0]
    other = next(mark for mark in marks if mark.run == copied.run and mark is not copied)
    assert copied.same_as == f"the run of {other.handed_in.who}"
    assert other.same_as == f"the run of {copied.handed_in.who}"


def replayed(alphas: FloatArray, weight_seeds: list[int], seeds: list[int], samples: int = SAMPLES) -> FloatArray:
    """The final losses, shape (runs, seeds), by plain NumPy, one sample at a time: a dense layer of eight units, tanh,
    a dense layer, tanh, half the square. Of the engine it has tanh, and the order in which eight terms are added."""
    x = np.stack([np.random.RandomState(seed).uniform(-1.0, 1.0, (samples, 2)) for seed in seeds])
    t = np.where(x[..., 0] ** 2 + x[..., 1] ** 2 < 0.8**2, 1.0, -1.0)
    shape, losses = (len(alphas), len(seeds)), np.empty((samples, len(alphas), len(seeds)))
    draws = [[np.random.RandomState([seed, layer]) for layer in (0, 2)] for seed in weight_seeds]
    first = [[dice.randn(8, 2), dice.randn(8)] for dice, _ in draws]
    last = [[dice.randn(1, 8)[0], dice.randn(1)] for _, dice in draws]
    M, b, N, c = (
        np.broadcast_to(np.stack([weights[k] for weights in layer])[:, None], (*shape, *layer[0][k].shape)).copy()
        for layer in (first, last)
        for k in (0, 1)
    )
    for k in range(samples):
        now = x[None, :, k, None]
        inner = tanh(M[..., 0] * now[..., 0] + M[..., 1] * now[..., 1] + b)
        p = [N[..., unit] * inner[..., unit] for unit in range(8)]
        outer = tanh(((p[0] + p[1]) + (p[2] + p[3])) + ((p[4] + p[5]) + (p[6] + p[7])) + c[..., 0])
        miss = outer - t[:, k]
        losses[k] = miss * miss / 2
        slope = ((1 + outer) * (1 - outer) * (miss * alphas[:, None]))[..., None]
        back = (1 + inner) * (1 - inner) * (N * slope)
        N -= slope * inner
        c -= slope
        M -= back[..., None] * now
        b -= back
    final: FloatArray = np.add.reduce(losses[-(samples // 10) :]) / (samples // 10)
    return final


def test_the_marks_are_those_of_plain_numpy(homework: Homework) -> None:
    _, made, marks = homework
    honest = [mark for each, mark in zip(made, marks, strict=True) if not each.way]
    links = [own_link_runner().read(mark.query).experiment for mark in honest]
    weight_seeds = [link.weights.seed for link in links if isinstance(link.weights, DrawnWeights)]
    found = replayed(np.array([link.alpha for link in links]), weight_seeds, [3, *other_seeds(3)])
    for mark, (own, *others) in zip(honest, found.tolist(), strict=True):
        assert mark.reached == (own <= MOST_LOSS)
        assert mark.others == sum(other <= MOST_LOSS for other in others)
        assert mark.found == f"final loss {number(own)}"
        assert mark.median == number(median(others))
    assert {mark.reached for mark in honest} == {True, False}
    assert {mark.luck for mark in honest} == {"cause", "luck"}


def test_a_row_of_any_kind_has_its_own_sentence() -> None:
    of = lesson(SAMPLES)
    good = text_of(of, BASE.replace_unchecked(alpha=0.1))
    for text, task, sentence in [
        ("", "1", "There is no answer."),
        ("my dog ate it", "1", "There is no link in it, and no choice. Was all of Copy my answer pasted?"),
        (good, "2", "This answer is of task 1, and its row says another."),
        (good, "7", "Its row names task 7, which this lesson has not."),
        (good.replace(".1 run", ".9 run"), "", marking.OTHER_LESSON),
        (good.partition("http")[2], "", "This answer names no task. Give it a column, or use Copy my answer."),
        ("nnbench choice 1 reason 1", "1", "This task asks for a run, and the answer has no link."),
        ("?experiment=nowhere&alpha=0.1", "1", "There is no experiment called 'nowhere'."),
        ("?experiment=circle&alpha=zero", "1", "The link says alpha 'zero'. α must be a number above 0"),
        ("?experiment=circle&saved=abcdefgh", "1", "This short link has expired, or it was made elsewhere."),
        ("?experiment=circle&layers=" + "2:2~" * 900, "1", "The page takes networks of at most 8 layers"),
        ('{"format": "nnbench experiment"', "1", "The file is not JSON"),
        ("?a=" + "b" * 50_000, "1", "This link has more than 16,000 characters"),
        ("?experiment=nowhere" + ")" * 3_000, "1", "There is no experiment called 'nowhere'."),
        ("<p" * 1_000_000, "1", "There is no link in it, and no choice."),
    ]:
        mark = one(text, task)
        assert (mark.reached, mark.points) == (False, 0.0)
        assert mark.said, text
        assert mark.said[0].startswith(sentence), (mark.said, sentence)


def test_time_that_is_over_is_said_of_each_row_and_ends_nothing(homework: Homework) -> None:
    of, made, _ = homework
    marks = Marking(of, own_link_runner(), 60.0)
    marks._replays._until = 0.0
    late = marks.mark([each.handed_in for each in made])
    assert all(mark.said for mark in late)
    assert sum(NO_TIME in mark.said for mark in late) > 160


def test_the_time_for_runs_begins_once_the_kernel_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(replays, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(kernel, "load", lambda: now.append(now.pop() + 100.0))
    Replays(1.0).check()


@pytest.mark.soak
def test_long_runs_take_no_time_from_short_ones_and_all_end_in_time() -> None:
    plain = lesson(SAMPLES).to_plain()
    plain["steps"] = [plain["steps"][1] | {"before": "?experiment=spiral&v=1", "knobs": ["alpha", "samples"]}]
    links = [f"?experiment=spiral&alpha=0.0{k + 1}" for k in range(20)]
    rows = [HandedIn(f"{k}", "1", f"{link}&samples=1000000", "") for k, link in enumerate(links)]
    rows += [HandedIn(f"{k}", "1", link, "") for k, link in enumerate(links)]
    started = time.monotonic()
    marks = marked(read_lesson(plain), rows, 4.0)
    assert time.monotonic() - started < 6.0
    assert [mark.others is None for mark in marks] == [True] * 20 + [False] * 20
    assert all(mark.said and "RUN_SECONDS" in mark.said[0] for mark in marks[:20])


def test_the_last_answer_of_a_name_counts_and_near_runs_are_named_without_judgement() -> None:
    of = lesson(SAMPLES)
    texts = [text_of(of, BASE.replace_unchecked(alpha=alpha)) for alpha in (0.1, 0.02, 0.02000001)]
    rows = [HandedIn(who, "", text, "") for who, text in zip(("Ada", "Ada", "Ben"), texts, strict=True)]
    first, last, near = marked(of, rows)
    assert (first.counts, last.counts) == (False, True)
    assert first.said == [marking.ANOTHER]
    assert (last.same_as, near.same_as) == ("nearly the run of Ben", "nearly the run of Ada")
    assert near.said == []
    assert likeness.SAME_WEIGHTS < 1


def test_a_broken_answer_takes_no_other_answers_place() -> None:
    of = lesson(SAMPLES)
    good = text_of(of, BASE.replace_unchecked(alpha=0.1))
    rows = [HandedIn(who, "1", text, who) for who, text in (("Ada", good), ("Ada", "lost"), ("", good), ("", good))]
    assert [mark.counts for mark in marked(of, rows)] == [True, False, False, True]
    rows = [HandedIn("", "1", good, place) for place in ("row 2", "row 3")]
    of_others = [(True, "the run of row 3"), (True, "the run of row 2")]
    assert [(mark.counts, mark.same_as) for mark in marked(of, rows)] == of_others


def test_codes_of_other_bits_are_told_from_a_few_edited_ones(homework: Homework) -> None:
    _, _, marks = homework
    assert not bits_differ(marks)
    assert bits_differ([Mark(mark.handed_in, code=DIFFERS) for mark in marks])


def test_an_answer_survives_mail_moodle_and_other_letters() -> None:
    of = lesson(SAMPLES)
    text = text_of(of, BASE)
    assert len(text) <= LONGEST
    plain = read_answer(text, 10**6)
    html = f"<p dir='ltr'>My answer:<br>{text.replace('&', '&amp;')}</p>"
    for wrapped in (html, f"  {text}\r\n", f"“{text}”", text.replace("run ", "RUN\t"), f"<{text}>.", f"(see {text})."):
        (found,) = answers_in(wrapped)
        assert read_answer(found, 10**6) == plain
    shared = read_answer(f"http://x/{text.partition('8050/')[2]}&run={'ab' * 4}{'01' * 16}", 10**6)
    assert (shared.task, shared.code) == ("", "abababab")
    assert answers_in(f"{text}\n\n{text}") == [f"{text}\n\n", text]


def test_a_file_of_export_and_one_of_run_json_are_answers(client: FlaskClient) -> None:
    query = f"experiment=circle&alpha=0.02&samples={SAMPLES}"
    exported = client.get(f"/export/experiment?{query}").get_data(as_text=True)
    run = client.get(f"/run.json?{query}").get_data(as_text=True)
    marks = [one(text) for text in (exported, run, BASE.replace_unchecked(alpha=0.02).to_json())]
    assert [(mark.code, mark.turned, mark.said) for mark in marks] == [
        ("none", "α 0.4 → 0.02", []), ("agrees", "α 0.4 → 0.02", []), ("none", "α 0.4 → 0.02", []),
    ]  # fmt: skip


def test_no_cell_is_a_formula_and_no_link_a_script() -> None:
    of = lesson(SAMPLES)
    evil = '=HYPERLINK("javascript:alert(1)")<script>'
    marks = marked(of, [HandedIn(evil, "1", f"?experiment=circle&samples={SAMPLES}&x=<script>", "row 2")])
    table, sheet = marks_csv(marks, "http://b/"), sheet_html(of, marks, "http://b/", [evil])
    assert "\n\"'=HYPERLINK" in table
    assert "<script" not in sheet
    assert "javascript:alert(1)&quot;" in sheet
    assert 'href="http://b/?experiment=circle&amp;alpha=0.1&amp;samples=300&amp;seed=3&amp;v=1"' in sheet


def test_the_command_marks_and_writes_both_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    of = read_lesson(lesson(SAMPLES).to_plain())
    (tmp_path / "lesson.json").write_bytes(of.to_bytes())
    (tmp_path / "answers.csv").write_text(f"who,task,answer\nAda,1,{text_of(of, BASE)}\n\n,,\nBen,1,lost\n")
    out = tmp_path / "friday"
    files = [str(tmp_path / "lesson.json"), str(tmp_path / "answers.csv")]
    with pytest.raises(SystemExit):
        main(["mark", *files, "--out", str(tmp_path / "away" / "friday")])
    assert "Make it, or name another by --out." in capsys.readouterr().err
    for folder in ("/", "."):
        with pytest.raises(SystemExit):
            main(["mark", *files, "--out", folder])
        assert f"'{folder}' is a folder, and the marks need a name there." in capsys.readouterr().err
    main(["mark", *files, "--out", str(out)])
    assert capsys.readouterr().out.startswith("Task 1: 0 of 2 reached. The circle\n2 answers marked, in ")
    assert out.with_suffix(".csv").read_text("utf-8-sig").count("\n") == 3
    assert out.with_suffix(".html").read_text("utf-8").count("<tr>") == 3
    for words in (["nowhere", "answers.csv"], [str(tmp_path / "lesson.json"), str(tmp_path / "friday.html")]):
        with pytest.raises(SystemExit):
            main(["mark", *words])
    assert "This table has no column of names, or none of answers." in capsys.readouterr().err


def test_a_lesson_without_tasks_is_not_marked() -> None:
    plain = lesson(SAMPLES).to_plain()
    plain["steps"] = [{"ask": "alpha", "question": "?", "before": "?experiment=circle&v=1"}]
    with pytest.raises(LessonRefused, match="no tasks"):
        Marking(read_lesson(plain), own_link_runner(), 1.0)


@pytest.mark.parametrize(("before", "goal", "sentence"), [
    ("?experiment=sine&v=1", {"accuracy": 0.9}, "Step 1: its goal is a share that is answered right, and the answers"),
    ("?experiment=sine&v=1", {"held_out": 0.1}, "Step 1: its goal is a held-out loss, and its run has no held-out"),
])  # fmt: skip
def test_a_goal_that_no_run_of_its_task_can_have_is_refused_and_not_marked_as_no_number(
    before: str, goal: dict[str, float], sentence: str
) -> None:
    plain = lesson(SAMPLES).to_plain()
    plain["steps"] = [plain["steps"][0] | {"before": before, "goal": goal}]
    with pytest.raises(LessonRefused, match=sentence):
        Marking(read_lesson(plain), own_link_runner(), 1.0)
