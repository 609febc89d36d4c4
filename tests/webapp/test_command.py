"""`nnbench` prints runs and keeps sweeps; for what cannot be done it has a sentence and exit code 2."""

import io
import json
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from engine import CATALOGUE, read_sweep, run, sweep
from engine.experiments.catalogue import FIRST
from webapp import command
from webapp.base.format import grouped
from webapp.base.version import version
from webapp.command import main, parser, query_of, values_of
from webapp.settings import Settings
from webapp.sweeps.open_jobs import open_jobs

CIRCLE = CATALOGUE["circle"].experiment


def test_a_run_is_printed_and_values_are_given_as_a_range_or_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    main(["run", "https://bench.example.org/?experiment=circle"])
    made = run(CIRCLE, CIRCLE.network())
    title, sentence, proof = capsys.readouterr().out.splitlines()
    assert (title, sentence) == ("Circle", f"After 3,000 samples the final loss is {made.settled:.3g}.")
    assert proof.endswith(f"Run {grouped(made.fingerprint)}.")
    main(["run", "experiment=circle&alpha=0.05", "--json"])
    assert json.loads(capsys.readouterr().out)["experiment"]["alpha"] == 0.05
    for text, values in [
        ("1:4", [1, 2, 3]), ("0:1:3", [0, 0.5, 1]), ("1:100:3:log", [1, 10, 100]), ("5,7", [5, 7]), ("0.3", [0.3]),
    ]:  # fmt: skip
        swept = values_of(parser().parse_args(["sweep", "circle", "--alpha", text, "--out", "a.csv"]))
        assert swept == {"alphas": pytest.approx(values)}
    found = values_of(parser().parse_args(["sweep", "circle", "--samples", "1:100:4:log", "--out", "a.csv"]))
    assert found == {"samples": [1, 5, 22, 100]}


def test_a_file_that_takes_no_greek_letter_gets_a_question_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, "ascii", write_through=True))
    main(["run", "experiment=square-map&alpha=0.1"])
    assert written.getvalue().startswith(b"x?/2 learns (v? ? v?)?\nThe run diverges at step 30.")


def test_it_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"nnbench {version()}\n"


def test_an_experiment_has_a_name_and_an_address_without_query_is_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert query_of("circle") == query_of("experiment=circle") == query_of("/bench/?experiment=circle#weights")
    for link in ("", "?", "https://bench.example.org/", "localhost:8050"):
        main(["run", link])
        assert capsys.readouterr().out.startswith(f"{CATALOGUE[FIRST].title}\n")


def test_a_sweep_over_nothing_is_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["sweep", "tanh-signs", "--out", str(tmp_path / "one.csv")])
    settled = run(CATALOGUE["tanh-signs"].experiment, CATALOGUE["tanh-signs"].experiment.network()).settled
    assert capsys.readouterr().out.startswith(f"1 run. Its final loss is {settled:.3g}.\n")
    assert read_sweep(tmp_path / "one.csv")["settled"].tolist() == [settled]


@pytest.mark.parametrize("ending", ["npz", "csv"])
def test_a_sweep_is_kept(ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / f"map.{ending}"
    words = ["--alpha", "0.01:0.1:3:log", "--seed", "1:3", "--samples", "50,100", "--out", str(file)]
    main(["sweep", "?experiment=tanh-signs", *words])
    experiment = CATALOGUE["tanh-signs"].experiment
    found = sweep(experiment, alphas=np.geomspace(0.01, 0.1, 3).tolist(), seeds=[1, 2], samples=[50, 100])
    if ending == "csv":
        assert file.read_text("utf-8") == found.to_csv()
    else:
        assert np.load(file)["settled"].tobytes() == found.settled.tobytes()
    printed = capsys.readouterr().out
    assert printed.startswith("12 runs, 0 of them diverged. The lowest final loss is ")
    assert printed.endswith(f"Kept in {file}.\n")


@pytest.mark.soak
def test_a_sweep_that_was_killed_goes_on_with_the_same_command(tmp_path: Path) -> None:
    file = tmp_path / "map.npz"
    words = ["sweep", "?experiment=spiral", "--alpha", "0.001:0.01:20", "--seed", "0:64", "--out", str(file)]
    part = tmp_path / "map.npz.part"
    process = subprocess.Popen([sys.executable, "-m", "webapp.command", *words])
    until = time.monotonic() + 60
    while not (part.exists() and part.stat().st_size > 20_000) and time.monotonic() < until:
        assert process.poll() is None, "it has ended too early to be killed"
        time.sleep(0.01)
    process.kill()
    process.wait()
    made = part.stat().st_size
    assert not file.exists()
    main(words)
    assert made > 20_000
    assert not part.exists()
    spiral = CATALOGUE["spiral"].experiment
    found = sweep(spiral, alphas=np.linspace(0.001, 0.01, 20).tolist(), seeds=range(64))
    assert np.load(file)["settled"].tobytes() == found.settled.tobytes()


@pytest.mark.soak
def test_a_sweeper_runs_until_it_is_told_to_stop_and_can_be_looked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TRAININGS", "1")
    with pytest.raises(SystemExit) as ended:
        main(["sweeper", "--check"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == "nnbench: No sweeper is running now. Start one: nnbench sweeper.\n"
    command = [sys.executable, "-m", "webapp.command", "sweeper"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "NNBench makes sweeps, by 1 process of the server.\n"
        until_one_runs()
        assert capsys.readouterr().out == "A sweeper runs, by 1 process of the server.\n"
        process.terminate()
        assert process.wait(60) == 0


def test_a_sweeper_that_cannot_work_is_none_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    jobs, notice = open_jobs(Settings(data_dir=tmp_path).with_data_folder()), {"place": "a Dask cluster", "holds": 1}
    jobs.announce({**notice, "trouble": ""})
    main(["sweeper", "--check"])
    jobs.announce({**notice, "trouble": "The Dask scheduler has no workers."})
    with pytest.raises(SystemExit) as ended:
        main(["sweeper", "--check"])
    assert (ended.value.code, capsys.readouterr()) == (
        2, ("A sweeper runs, by a Dask cluster.\n", "nnbench: The Dask scheduler has no workers.\n"),
    )  # fmt: skip


def until_one_runs() -> None:
    end = time.monotonic() + 60
    while True:
        try:
            main(["sweeper", "--check"])
        except SystemExit:
            assert time.monotonic() < end
            time.sleep(0.1)
        else:
            return


def test_an_interrupted_sweep_says_how_to_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "sweep", Mock(side_effect=KeyboardInterrupt))
    with pytest.raises(SystemExit) as ended:
        main(["sweep", "?experiment=tanh-signs", "--out", str(tmp_path / "map.npz")])
    assert ended.value.code == 130
    assert capsys.readouterr().err == f"nnbench: stopped. The same command goes on from {tmp_path / 'map.npz.part'}.\n"


def test_the_lowest_run_is_named_or_that_every_run_diverges(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--alpha", "0.12345", "--seed", "12345:12346", "--out", str(tmp_path / "map.csv")]
    main(["sweep", "?experiment=tanh-signs", *words])
    assert ", at alpha 0.12345, seed 12345.\n" in capsys.readouterr().out
    main(["sweep", "?experiment=affine-swap", "--alpha", "50,60", "--out", str(tmp_path / "map.csv")])
    assert capsys.readouterr().out.startswith("2 runs, 2 of them diverged.\n")


@pytest.mark.parametrize(("words", "sentence"), [
    (["run", "?experiment=nothing"], "There is no experiment called 'nothing'."),
    (["run", "?experiment=circle&alpha=-1"], "α must be a number above 0"),
    (["run", "circel"], "'circel' is no experiment, and no address of the page or its query. The exp"),
    (["sweep", "?", "--alpha", "1:2:3:4:5", "--out", "a.csv"], "The axis α is given as a:b:n"),
    (["sweep", "?", "--seed", "a,b", "--out", "a.csv"], "The axis data seed is given as a:b:n"),
    (["sweep", "?", "--seed", "1.5", "--out", "a.csv"], "Seeds are whole numbers from 0 to 4,294,967,295, not 1.5."),
    (["sweep", "?", "--samples", "1.5,3", "--out", "a.csv"], "Samples are a whole number from 1 to 1,000,000."),
    (["sweep", "?", "--seed", "0:1000000000000", "--out", "a.csv"], "one axis takes 100,000."),
    (["sweep", "?", "--seed", "0:100000", "--alpha", "1:2:10000", "--out", "a.csv"], "has 1,000,000,000 runs"),
    (["sweep", "?", "--alpha=-1,2", "--out", "a.csv"], "α must be a number above 0"),
    (["sweep", "?", "--alpha", "1,2", "--out", "map.txt"], "A sweep is kept as .csv or .npz, not as map.txt."),
    (["sweep", "?", "--alpha", "1,2", "--out", "no/folder/map.csv"], "no/folder/map.csv.part: No such file"),
    (["serve", "--port", "no number"], "PORT"),
    (["--port", "no number"], "PORT"),
    (["backup", "there"], "nnbench: There is there already, and no backup is written over it. Give another name.\n"),
    (["backup", "no/folder"], "nnbench: The backup no/folder cannot be written: No such file or directory. Give"),
    (["restore", "none"], "nnbench: The backup none cannot be read: No such file or directory. Give the path"),
])  # fmt: skip
def test_what_cannot_be_done_has_a_sentence(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").touch()
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert sentence in (capsys.readouterr().err or str(ended.value.code))
    assert ended.value.code
