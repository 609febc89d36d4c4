"""Plans as clients request them: the experiment of a link, and a range for each knob that is swept.

Whatever cannot be swept is refused in a sentence, before any number of a range is made.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from engine.errors import BenchError, OutOfRangeError, UnknownNameError
from engine.experiments.catalogue import FIRST
from engine.experiments.knobs import SAMPLES, Choice, Switch
from engine.sweeps.axes import AXES
from engine.sweeps.bit_check import bit_check_fingerprint
from engine.sweeps.chunk_size import run_seconds
from engine.sweeps.grid import check_runs
from engine.sweeps.pieces import SweepPlan, sweep_plan
from webapp.base.ranges import NumberRange, read_range
from webapp.base.validation import Malformed, exactly, text_within, yes_or_no
from webapp.bench import budget
from webapp.files.export_run import LinkRunner
from webapp.settings import Settings
from webapp.sweeps.jobs import NewJob

LONGEST_LINK, LONGEST_RANGE = 16_000, 20_000
"""Characters of a link, and of the range of one axis."""
MOST_NAMES, LONGEST_MEASURE = 32, 32
ID_LENGTH = 22
"""Base64 digits of a job's id: 132 bits of SHA-256."""
OWN_FUNCTIONS = (
    "The functions of your own bench are known in its own process alone, so no sweeper can make its runs. "
    "Call engine.sweep in Python, which makes them here."
)


class AxisRefused(Exception):
    """An axis that cannot be swept as it is given; the message is a sentence, and `axis` the knob's name."""

    def __init__(self, axis: str, sentence: str) -> None:
        super().__init__(sentence)
        self.axis = axis


class SweepRequest(NamedTuple):
    """A plan, the entry of the catalogue that its experiment began with, and whether it is to be started."""

    plan: SweepPlan
    key: str
    start: bool


class StoredPlan(NamedTuple):
    """A plan as the store has it: with the bit check of the machine that made it, and the catalogue's entry."""

    plan: SweepPlan
    bit_check: str
    key: str


def read_sweep_request(plain: object, links: LinkRunner, settings: Settings) -> SweepRequest:
    """{"link": a query, "axes": {knob: range, …}, "start": true or false}, and "measure" where runs are scored, too.

    AxisRefused, BenchError or UnreadableLink, in a sentence, for a plan that cannot be swept here.
    """
    names = {"link", "axes", "start"}
    body = exactly(plain, names | {"measure"} if isinstance(plain, dict) and "measure" in plain else names)
    axes, measure = body["axes"], body.get("measure")
    if not isinstance(axes, dict) or len(axes) > MOST_NAMES:
        raise Malformed("The axes of a sweep are an object: a knob's name, and its range as a text.")
    start = yes_or_no(body["start"])
    link = links.read(text_within(body["link"], LONGEST_LINK).rpartition("?")[2])
    ranges = {}
    for name, text in axes.items():
        with axis_at_fault(name):
            ranges[name] = axis_range(name, text_within(text, LONGEST_RANGE))
    check_runs([found.size for found in ranges.values()], settings.sweep_runs, " here (SWEEP_RUNS)")
    values = {}
    for name, found in ranges.items():
        with axis_at_fault(name):
            AXES[name].check_count(found.size)
            values[name] = AXES[name].checked(link.experiment, tuple(found.numbers()))
    plan = sweep_plan(link.experiment, values, None if measure is None else text_within(measure, LONGEST_MEASURE))
    check_costs(plan, settings)
    return SweepRequest(plan, link.key, start)


@contextmanager
def axis_at_fault(name: str) -> Iterator[None]:
    """Refusals within are refusals of this axis."""
    try:
        yield
    except BenchError as error:
        raise AxisRefused(name, str(error)) from None


def axis_range(name: str, text: str) -> NumberRange:
    """The values of an axis, which are not made yet."""
    if name not in AXES:
        raise UnknownNameError("axis of a sweep", name, AXES)
    kind = AXES[name].kind
    if isinstance(kind, Choice | Switch):
        values: list[Any] = [kind.parse(word.strip()) for word in text.split(",")]
        return NumberRange(len(values), lambda: values)
    return read_range(text, f"The axis {AXES[name].title}")


def check_costs(plan: SweepPlan, settings: Settings) -> None:
    """OutOfRangeError for runs that are too long or too wide, each by itself, or too long together."""
    samples = plan.axes.get(SAMPLES.name, (plan.experiment.samples,))
    if max(samples) > settings.max_samples:
        raise OutOfRangeError(f"Samples go from 1 to {settings.max_samples:,} here, and this sweep has more.")
    longest = 0.0
    for number in range(len(plan.combinations)):
        experiment = plan.grid(number).experiment
        budget.check_costs(experiment)
        longest = max(longest, run_seconds(experiment))
    if longest > settings.run_seconds:
        raise OutOfRangeError(
            f"One run of this sweep takes about {longest:,.0f} s of a processor, and a run takes at most "
            f"{settings.run_seconds:,} s here (RUN_SECONDS). Lower the samples, or take fewer or narrower layers."
        )
    days = plan.seconds / settings.side_by_side / 86_400
    if days > settings.sweep_days / 2:
        raise OutOfRangeError(
            f"This sweep takes about {days:,.1f} days here, and one lives for {settings.sweep_days} (SWEEP_DAYS). "
            "Take fewer values, or fewer samples."
        )


def new_job(plan: SweepPlan, key: str = FIRST) -> NewJob:
    """The plan as a job, whose id names the plan and the bits of this machine's runs."""
    text = json.dumps([plan.to_json(), bit_check_fingerprint(), key])
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return NewJob(digest[:ID_LENGTH], text, plan.size, plan.pieces, plan.seconds, plan.measure is not None)


def read_plan(text: str) -> StoredPlan:
    """The plan of a job, from the text in the store. Plans of before this version name no entry of the catalogue."""
    plan, fingerprint, *keys = json.loads(text)
    return StoredPlan(SweepPlan.from_json(plan), fingerprint, *(keys or [FIRST]))
