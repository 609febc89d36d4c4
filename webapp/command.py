"""`nnbench`: the bench from a terminal. It serves the page, prints the run of a link, sweeps over its knobs, or marks
homework.

`nnbench sweeper` makes the sweeps that servers were asked for, where these do not make them themselves.

A link is the address of the page, its query, with or without the question mark, or the name of an experiment.
"""

import argparse
import contextlib
import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.base.number_text import number_text
from engine.errors import BenchError, shown
from engine.experiments.catalogue import CATALOGUE
from engine.experiments.knobs import Whole
from engine.sweeps.axes import AXES, as_whole
from engine.sweeps.grid import check_runs
from engine.sweeps.sweep_result import SweepResult, sweep
from webapp.base.format import grouped
from webapp.base.ranges import RANGES
from webapp.base.version import version
from webapp.bench.narration import narrate
from webapp.classes.lesson import LessonRefused
from webapp.files.export_run import ExportedRun, UnreadableLink, own_link_runner
from webapp.files.resumable_sweep import ResumableSweep
from webapp.files.tables import run_document
from webapp.homework.command import lesson_named, mark
from webapp.operations import logs
from webapp.operations.backup import open_backup, open_new, restore_backup, write_backup
from webapp.operations.operations import Operations
from webapp.operations.signals import on_signal
from webapp.responses.run import summary_of
from webapp.settings import Settings, SettingsError
from webapp.store import StoreError
from webapp.sweeps.jobs import Jobs
from webapp.sweeps.open_jobs import open_jobs
from webapp.sweeps.plans import axis_range
from webapp.sweeps.sweeper import Sweeper
from webapp.sweeps.workers import workers_of

INTERRUPTED = 130
"""The exit code of a command that Ctrl+C ended, as shells have it."""
LINKS = "the name of an experiment, an address of the page, or its query"
SWEPT = {"alpha": "alphas", "seed": "seeds", "weight_seed": "weight_seeds", "samples": "samples"}
"""The axes that have an option here, and what `engine.sweep` calls their values."""


def main(words: Sequence[str] | None = None) -> None:
    """Runs the command; a sentence on the error stream, and exit code 2, if it cannot be done.

    Without a word, or with options alone, it serves.
    """
    given = list(sys.argv[1:] if words is None else words)
    serves = not given or (given[0].startswith("-") and given[0] not in ("-h", "--help", "--version"))
    chosen = parser().parse_args(["serve"] * serves + given)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # another encoding than UTF-8 may lack − and α
    try:
        chosen.act(chosen)
    except (BenchError, UnreadableLink, LessonRefused, SettingsError, StoreError, NoSweeper) as error:
        logs.refuse_to_start(f"nnbench: {error}", 2)
    except OSError as error:
        found = f"{error.filename}: {error.strerror}." if error.filename else f"{error}"
        logs.refuse_to_start(f"nnbench: {found}", 2)


def parser() -> argparse.ArgumentParser:
    """The words that the command knows."""
    known = argparse.ArgumentParser(prog="nnbench", description="A bench for small neural networks.")
    known.add_argument("--version", action="version", version=f"nnbench {version()}")
    acts = known.add_subparsers(metavar="serve | run | sweep | mark | sweeper | backup | restore")
    serving = acts.add_parser("serve", help="serve the page, as without any word; settings come from the environment")
    serving.add_argument("--host", help="the address to listen on (HOST)")
    serving.add_argument("--port", help="the port to listen on; 0 takes any free one (PORT)")
    serving.add_argument("--open", action=argparse.BooleanOptionalAction, help="open it in a browser (OPEN_BROWSER)")
    serving.set_defaults(act=serve)
    running = acts.add_parser("run", help="make the run of a link and print what came of it")
    running.add_argument("link", help=f"{LINKS}: '?experiment=circle&alpha=0.05'")
    running.add_argument("--json", action="store_true", help="print all of its numbers as JSON")
    running.set_defaults(act=print_run)
    sweeping = acts.add_parser("sweep", help="make many runs of a link's experiment and keep their losses in a file")
    sweeping.add_argument("link", help=LINKS)
    for option, what in (("alpha", "learning rates"), ("seed", "data seeds"), ("weight-seed", "weight seeds")):
        sweeping.add_argument(f"--{option}", help=f"{what}: {RANGES}")
    sweeping.add_argument("--samples", help="numbers of samples, in the same ways")
    sweeping.add_argument("--out", type=Path, required=True, help="where the losses go: a .csv or an .npz file")
    sweeping.set_defaults(act=keep_sweep)
    marking = acts.add_parser("mark", help="mark answers to the tasks of a lesson by making their runs again")
    marking.add_argument("lesson", help="the file of the lesson, or the name of one that comes with the bench")
    marking.add_argument("answers", type=Path, help="a table with who, task and answer, a folder or a zip of files")
    marking.add_argument("--out", type=Path, default=Path("marks"), help="marks.csv and marks.html, unless given")
    marking.add_argument("--bench", default="http://127.0.0.1:8050/", help="the address that the links lead to")
    marking.set_defaults(act=mark_answers)
    serving_sweeps = acts.add_parser(
        "sweeper", help="make the sweeps that servers are asked for (POST /sweeps); settings come from the environment"
    )
    serving_sweeps.add_argument("--check", action="store_true", help="say only whether one runs; exit code 2 if not")
    serving_sweeps.set_defaults(act=make_sweeps)
    for name, act, what in (
        ("backup", make_backup, "write a copy of all that a bench has in DATA_DIR, also while it runs"),
        ("restore", put_back, "put such a copy into DATA_DIR, while no bench runs there"),
    ):
        copying = acts.add_parser(name, help=what)
        copying.add_argument("file", help="the file of the copy; - is the output, or the input")
        copying.set_defaults(act=act)
    return known


def serve(chosen: argparse.Namespace) -> None:
    """Serves the page until it is interrupted."""
    from webapp.serve import main as serve_page

    given = {"HOST": chosen.host, "PORT": chosen.port, "OPEN_BROWSER": _switch(chosen.open)}
    serve_page({name: text for name, text in given.items() if text is not None})


def _switch(on: bool | None) -> str | None:
    return None if on is None else "yes" if on else "no"


class NoSweeper(Exception):
    """No process makes sweeps; the message is a sentence."""


def make_sweeps(chosen: argparse.Namespace) -> None:
    """Makes sweeps until SIGTERM, SIGHUP or Ctrl-C, then gives back its leases; NoSweeper if it is only to look for one
    and there is none."""
    logs.configure(os.environ.get("LOG", ""))
    settings = Settings.from_environment().with_data_folder()
    jobs = open_jobs(settings)
    if chosen.check:
        say_where(jobs)
        return
    workers = workers_of(settings)
    metrics = Operations.from_settings(settings).metrics
    sweeper = Sweeper(jobs, workers, settings.sweeps_at_once, float(settings.sweep_lease), metrics)

    def stop(_number: int, _frame: object) -> None:
        sweeper.stop()

    on_signal(stop, stop)
    sentence = f"NNBench makes sweeps, by {workers.place}."
    logs.say(sentence, event="started", version=version(), place=workers.place, store=settings.store_kind)
    sweeper.run()
    if logs.writes_json():
        logs.say("The sweeper has stopped.", event="stopped")


def say_where(jobs: Jobs) -> None:
    """Prints where sweeps are made now; NoSweeper where they are not, with the sentence of a sweeper that cannot."""
    notice = jobs.notice()
    if notice is None:
        raise NoSweeper("No sweeper is running now. Start one: nnbench sweeper.")
    if notice["trouble"]:
        raise NoSweeper(notice["trouble"])
    sys.stdout.write(f"A sweeper runs, by {notice['place']}.\n")


def make_backup(chosen: argparse.Namespace) -> None:
    """Writes a backup, which its owner alone can read, and says what is in it."""
    settings = Settings.from_environment()
    if chosen.file == "-":
        names = write_backup(settings, sys.stdout.buffer)
    else:
        path = Path(chosen.file)
        with open_new(path) as file:
            try:
                names = write_backup(settings, file)
            except BaseException:
                path.unlink()
                raise
    sys.stderr.write(f"The backup has {', '.join(names)}.\n")


def put_back(chosen: argparse.Namespace) -> None:
    """Puts a backup into the data folder, and says what was in it."""
    settings = Settings.from_environment()
    with contextlib.ExitStack() as stack:
        file = sys.stdin.buffer if chosen.file == "-" else stack.enter_context(open_backup(Path(chosen.file)))
        names = restore_backup(settings, file)
    sys.stderr.write(f"Restored to {settings.data_dir.expanduser()}: {', '.join(names)}.\n")


def print_run(chosen: argparse.Namespace) -> None:
    """Prints the run in words, or as JSON."""
    write = as_json if chosen.json else in_words
    sys.stdout.write(f"{own_link_runner().run_query(query_of(chosen.link), write)}\n")


def mark_answers(chosen: argparse.Namespace) -> None:
    """Marks the answers within RUN_SECONDS, and prints what came of each task."""
    seconds = Settings.from_environment().run_seconds
    lesson = lesson_named(chosen.lesson)

    def say(text: str) -> None:
        sys.stdout.write(f"{text}\n")

    mark(lesson, chosen.answers, chosen.out, chosen.bench, own_link_runner(), seconds, say)


def query_of(link: str) -> str:
    """The query of an address, of a query, or of an experiment's name; BenchError for another word."""
    if link in CATALOGUE:
        return f"experiment={link}"
    before, mark, query = link.partition("?")
    if "=" in before and "://" not in before:
        return link
    if mark or not before or "/" in before or ":" in before:
        return query.partition("#")[0] if before else query
    raise BenchError(
        f"{shown(link)} is no experiment, and no address of the page or its query. "
        f"The experiments are {', '.join(CATALOGUE)}."
    )


def in_words(exported: ExportedRun) -> str:
    """The name of the experiment, the run's outcome, and its fingerprint."""
    experiment = exported.link.experiment
    summary = summary_of(CATALOGUE[exported.link.key], experiment, exported.checkpoint, exported.run)
    said = narrate(None, summary)
    proof = f"{said.proof} Run {grouped(summary.fingerprint)}."
    return "\n".join((summary.name, "".join(text for text, _ in said.sentence), proof))


def as_json(exported: ExportedRun) -> str:
    """All numbers of the run, as /run.json has them."""
    return json.dumps(run_document(exported), ensure_ascii=False)


def keep_sweep(chosen: argparse.Namespace) -> None:
    """Makes the runs, writes their losses, and prints their number and where the final loss is lowest.

    A file beside theirs has those that are done, so that the same command goes on where it was stopped or killed.
    """
    if chosen.out.suffix not in (".csv", ".npz"):
        raise BenchError(f"A sweep is kept as .csv or .npz, not as {chosen.out.name}.")
    experiment = own_link_runner().read(query_of(chosen.link)).experiment
    part = chosen.out.with_name(f"{chosen.out.name}.part")
    kept = ResumableSweep(part)
    try:
        found = sweep(experiment, **values_of(chosen), store=kept)
    except KeyboardInterrupt:
        sys.stderr.write(f"nnbench: stopped. The same command goes on from {part}.\n")
        sys.exit(INTERRUPTED)
    if chosen.out.suffix == ".csv":
        found.to_csv(chosen.out)
    else:
        found.to_npz(chosen.out)
    kept.delete()
    sys.stdout.write(f"{_of_sweep(found)}\nKept in {chosen.out}.\n")


def _of_sweep(found: SweepResult) -> str:
    count, lost = found.settled.size, int(found.diverged.sum())
    runs = f"{count:,} runs, {lost:,} of them diverged." if count > 1 else f"1 run{', which diverged' * lost}."
    if lost == count:
        return runs
    losses = np.where(found.diverged, np.inf, found.settled)
    lowest = np.unravel_index(int(losses.argmin()), losses.shape)
    axes = zip(found.axes.items(), lowest, strict=True)
    # Every digit: typed in, it gives that run.
    where = ", ".join(f"{name} {values[place].item()!r}" for (name, values), place in axes)
    which = "The lowest" if count > 1 else "Its"
    return f"{runs} {which} final loss is {number_text(float(losses[lowest]))}{where and f', at {where}'}."


def values_of(chosen: argparse.Namespace) -> dict[str, Any]:
    """The values of the axes that are given, as `engine.sweep` takes them. A range of a whole number is rounded.

    BenchError, in a sentence, for a text that is no range, and for more values or runs than a sweep has.
    """
    texts = {name: text for name in SWEPT if (text := getattr(chosen, name)) is not None}
    ranges = {name: axis_range(name, text) for name, text in texts.items()}
    for name, found in ranges.items():
        AXES[name].check_count(found.size)
    check_runs(found.size for found in ranges.values())
    values = {}
    for name, found in ranges.items():
        numbers: list[Any] = found.numbers()
        if isinstance(AXES[name].kind, Whole):
            numbers = [*map(round if ":" in texts[name] else as_whole, numbers)]
        values[SWEPT[name]] = numbers
    return values


if __name__ == "__main__":
    main()
