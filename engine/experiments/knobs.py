"""The knobs of an experiment: one row a knob, one table for everything that lists knobs.

A row has a knob's names, its values, their form in a link, and whether it names a run. Its effect on a run is the
training rule's business. Derived from the table are the checks of `Experiment`, the link codec, the axes of a sweep,
and in the web app the request schema, the summary of a run, the narration, the callback's inputs, the strips of the
sensitivity, the rows of the page's folds and what its scripts know of knobs. Code that derives something takes the
table as an argument, so that a test can add a row.
"""

import math
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.base.numerics import as_plain
from engine.base.smoothing import FILTERS
from engine.data.inputs import LARGEST_SEED, SAMPLES_LIMIT, checked_seed
from engine.data.prepared_table import EVERY, SCALINGS, SPLITS, UNSCALED
from engine.errors import ExperimentError, OutOfRangeError, shown
from engine.rules.losses import LOSSES
from engine.rules.optimizers import OPTIMIZERS
from engine.rules.rate import rate_formula
from engine.rules.rule import PLAIN

LARGEST_ALPHA = 1e300
SMALLEST = math.ulp(0.0)
"""The smallest float above 0."""
ON, OFF = "on", "off"
_LONGEST_NUMBER = 32
_POWER_OF_TEN = re.compile("[×·∙⋅]10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$")
_PLAIN_DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")


# The values of a knob


@dataclass(frozen=True)
class Kind:
    """The values of a knob: `check` validates one, `text` and `parse` write and read it in a link.

    `sentence` is the message for a value that is refused.
    """

    sentence: str = ""

    @property
    def refusal(self) -> str:
        """The sentence, with the range in it."""
        return self.sentence.format_map(vars(self))

    def check(self, value: Any) -> Any:
        """The value as the experiment holds it; OutOfRangeError or ExperimentError when the knob does not take it."""
        return value

    def parse(self, text: str) -> Any:
        """The value of a text in a link; refused as `check` does."""
        return self.check(text)

    def text(self, value: Any) -> str:
        """The text of the value in a link; `parse` reads it back to the bit."""
        return str(value)

    def plain(self, value: Any) -> Any:
        """The value as one number, name or text, which `check` takes too: requests and summaries state it so."""
        return value


@dataclass(frozen=True)
class Number(Kind):
    """A finite number from `low` to `high`. With a `step` the page gives it a slider, and sweeps go by it."""

    low: float = 0.0
    high: float = 1.0
    step: float | None = None

    def check(self, value: Any) -> float:
        value = as_plain(value)
        if not is_number(value) or not self.low <= value <= self.high:
            raise OutOfRangeError(self.refusal)
        return float(value) + 0.0  # −0 becomes 0: equal values are written alike

    def parse(self, text: str) -> float:
        return self.check(number_of(plain_number(text)))

    def text(self, value: Any) -> str:
        return repr(value)


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number from `low` to `high`; None too where there is a word for it, `none`. `step` as for a Number."""

    low: int = 0
    high: int = 0
    step: int | None = None
    none: str = ""

    def check(self, value: Any) -> int | None:
        if value is None and self.none:
            return None
        value = as_plain(value)
        if isinstance(value, bool) or not isinstance(value, int) or not self.low <= value <= self.high:
            raise OutOfRangeError(self.refusal)
        return value

    def parse(self, text: str) -> int | None:
        return self.check(None if self.none and text == self.none else whole_of(plain_number(text)))

    def text(self, value: Any) -> str:
        return self.none if value is None else repr(value)

    def up_to(self, most: int) -> "Whole":
        """The range with another upper end."""
        return replace(self, high=most)


@dataclass(frozen=True)
class Seed(Whole):
    """A seed: a whole number that is a name, so its digits are not grouped."""

    high: int = LARGEST_SEED

    def check(self, value: Any) -> int:
        return checked_seed(value)


@dataclass(frozen=True)
class Choice(Kind):
    """One of some names, each with its title."""

    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def refusal(self) -> str:
        return self.sentence.format(options=", ".join(self.options))

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise ExperimentError(f"{self.refusal.removesuffix('.')}, not {shown(value)}.")
        return value

    def parse(self, text: str) -> str:
        if text not in self.options:
            raise ExperimentError(self.refusal)
        return text


@dataclass(frozen=True)
class Switch(Kind):
    """On or off."""

    def check(self, value: Any) -> bool:
        value = as_plain(value)
        if not isinstance(value, bool):
            raise ExperimentError(self.refusal)
        return value

    def parse(self, text: str) -> bool:
        return self.check({ON: True, OFF: False}.get(text))

    def text(self, value: Any) -> str:
        return ON if value else OFF


@dataclass(frozen=True)
class Text(Kind):
    """A text that `read` takes, such as a formula, and gives back as the experiment holds it, or refuses."""

    read: Callable[[Any], str] = str

    def check(self, value: Any) -> str:
        return self.read(value)


@dataclass(frozen=True)
class WholeNumbers(Kind):
    """At most `most` different whole numbers from 1, in ascending order, given as a sequence or as a text; `none` is
    the word for no number."""

    most: int = 0
    none: str = ""

    def check(self, value: Any) -> tuple[int, ...]:
        if isinstance(value, str):
            value = () if value.strip() in ("", self.none) else [whole_of(part.strip()) for part in value.split(",")]
        value = as_plain(value)
        plain: list[Any] = list(map(as_plain, value)) if isinstance(value, (tuple, list)) else [None]
        if not all(type(number) is int and number >= 1 for number in plain):
            raise OutOfRangeError(self.refusal)
        numbers = tuple(sorted(set(plain)))
        if len(numbers) > self.most:
            raise OutOfRangeError(self.refusal)
        return numbers

    def text(self, value: Any) -> str:
        return ",".join(map(str, value)) or self.none

    def plain(self, value: Any) -> str:
        return self.text(value)


@dataclass(frozen=True)
class Structured(Kind):
    """A value with parts, which `Experiment`, its edits and the link codec check, change, write and read themselves."""


# The table


@dataclass(frozen=True)
class Knob:
    """A row: one field of an experiment that can be turned."""

    name: str
    """The name of its field of `Experiment`, also in JSON, requests and summaries."""
    kind: Kind
    title: str
    """The label of its control: Learning rate α."""
    label: str
    """Its short name, in the label of an earlier run and in the tooltip of undo: α."""
    spoken: str
    """Its name in a sentence: the seed."""
    default: Any = None
    """The value that an experiment has unless it says another; the target has none, for every experiment names it."""
    names_run: bool = True
    """Whether runs with other values of it are other runs; the filter only says how the curve is drawn."""
    axis: str = ""
    """Its name as an axis of a landscape; a knob without one is no axis."""
    axis_values: tuple[Any, ...] = ()
    """The values of such an axis, where they do not lie evenly over the whole range."""
    tried: tuple[Any, ...] = ()
    """The values that the sensitivity tries, where it tries fewer than the axis has."""
    words: str = "{label} {value}"
    """Its words in the heading of its fold, while it is on; `{title}` is the title of a choice's value."""
    needs: str = ""
    """The name of another knob, without which it changes nothing."""
    alters: str = ""
    """The part of the samples that it changes: "samples" (the draws), "target", "count" or "" (nothing)."""
    link: str = ""
    """Its name in a link; the field's name unless it is given."""
    always_linked: bool = False
    """Whether a link states it even where the experiment that the reader begins with has the same value."""
    of_tables: bool = False
    """Whether it changes only runs whose samples are a table."""
    written_when_on: bool = False
    """Whether JSON has it only where it is not its default."""
    since_v0_2: bool = True
    """Whether version 0.1 did not have it: its default stands in where a file or a tab of that version lacks it."""

    @property
    def plain(self) -> bool:
        """Whether its value is one number, name or text, which links and requests state under the knob's name."""
        return not isinstance(self.kind, Structured)

    @property
    def link_name(self) -> str:
        """Its name in a link."""
        return self.link or self.name

    def check(self, value: Any) -> Any:
        """The value as the experiment holds it, or a refusal in a sentence."""
        return self.kind.check(value)


ALPHA = Knob(
    "alpha",
    Number("α must be a number above 0, at most 1e300.", low=SMALLEST, high=LARGEST_ALPHA),
    title="Learning rate α",
    label="α",
    spoken="α",
    default=0.1,
    axis="α",
    always_linked=True,
    since_v0_2=False,
)
SAMPLES = Knob(
    "samples",
    Whole("Samples are a whole number from {low:,} to {high:,}.", low=1, high=SAMPLES_LIMIT),
    title="Samples",
    label="samples",
    spoken="samples",
    default=100,
    axis="samples",
    alters="count",
    always_linked=True,
    since_v0_2=False,
)
SEED = Knob(
    "seed",
    Seed("Seeds are whole numbers from {low} to {high:,}."),
    title="Data seed",
    label="data seed",
    spoken="the data seed",
    default=3,
    axis="data seed",
    alters="samples",
    always_linked=True,
    since_v0_2=False,
)
IDEAL = Knob(
    "ideal", Structured(), title="Target", label="target", spoken="the target", alters="target", link="target",
    since_v0_2=False,
)  # fmt: skip
INPUTS = Knob(
    "inputs", Structured(), title="Inputs", label="inputs", spoken="the inputs", default="normal", alters="samples",
    since_v0_2=False,
)  # fmt: skip
FILTER = Knob(
    "filter",
    Choice("The filter is one of {options}.", FILTERS),
    title="Filter",
    label="filter",
    spoken="the filter",
    default="both",
    names_run=False,
    since_v0_2=False,
)
NOISE = Knob(
    "noise",
    Number("Noise is a number from {low:g} to {high:g}.", low=0.0, high=2.0, step=0.01),
    title="Noise σ",
    label="noise",
    spoken="the noise",
    default=0.0,
    alters="samples",
    axis="noise",
    tried=tuple(k / 10 for k in range(21)),
)
DISTINCT = Knob(
    "distinct",
    Whole(
        "Distinct samples are a whole number from {low:,} to {high:,}, or {none}.",
        low=1,
        high=SAMPLES_LIMIT,
        none="all",
    ),
    title="Distinct",
    label="distinct",
    spoken="distinct samples",
    alters="samples",
    axis="distinct samples",
    words="{value} distinct",
    axis_values=(1, *(count * power for power in (1, 10, 100, 1_000) for count in (2, 3, 5, 7, 10))),
)
HELD_OUT = Knob(
    "held_out",
    Whole("Held-out samples are a whole number from {low:,} to {high:,}.", low=0, high=2000, step=10),
    title="Held-out",
    label="held-out",
    spoken="held-out samples",
    default=0,
    alters="samples",
    words="{value} held out",
)
SCALING = Knob(
    "scaling",
    Choice("The scaling is one of {options}.", SCALINGS),
    title="Scaling",
    label="scaling",
    spoken="the scaling",
    default=UNSCALED,
    alters="samples",
    words="scaled",
    of_tables=True,
    written_when_on=True,
)
"""No axis: a number as answer is scaled too, and then losses have no common scale."""
SPLIT = Knob(
    "split",
    Choice("The split is one of {options}.", SPLITS),
    title="Split",
    label="split",
    spoken="the split",
    default=EVERY,
    alters="samples",
    words="split {title}",
    needs=HELD_OUT.name,
    of_tables=True,
    written_when_on=True,
)
TEST = Knob(
    "test",
    Whole("Test rows are a whole number from {low:,} to {high:,}.", low=0, high=2000),
    title="Test rows",
    label="test rows",
    spoken="test rows",
    default=0,
    alters="samples",
    words="{value} for a test",
    of_tables=True,
    written_when_on=True,
)
WITHOUT = Knob(
    "without",
    WholeNumbers(
        "Left out are at most {most} whole numbers of rows, or of distinct samples, such as 3, 14; or {none}.",
        most=100,
        none="none",
    ),
    title="Leave out",
    label="without",
    spoken="what is left out",
    default=(),
    words="without {value}",
    written_when_on=True,
)
BATCH = Knob(
    "batch",
    Whole("A batch has a whole number of samples from {low} to {high}.", low=1, high=256, step=1),
    title="Batch",
    label="batch",
    spoken="the batch",
    default=PLAIN.batch,
    axis="batch",
    axis_values=tuple(2**power for power in range(9)),
)
MOMENTUM = Knob(
    "momentum",
    Number("Momentum is a number from {low:g} to {high:g}.", low=0.0, high=0.99, step=0.01),
    title="Momentum μ",
    label="momentum",
    spoken="momentum",
    default=PLAIN.momentum,
    axis="momentum",
    tried=(*(k / 10 for k in range(10)), 0.95, 0.99),
)
NESTEROV = Knob(
    "nesterov",
    Switch("Nesterov's momentum is on or off."),
    title="Nesterov",
    label="Nesterov",
    spoken="Nesterov's momentum",
    default=PLAIN.nesterov,
    axis="Nesterov",
    words="{label}",
    needs=MOMENTUM.name,
)
OPTIMIZER = Knob(
    "optimizer",
    Choice("The optimizer is one of {options}.", {row.name: row.title for row in OPTIMIZERS.values()}),
    title="Optimizer",
    label="optimizer",
    spoken="the optimizer",
    default=PLAIN.optimizer,
    axis="optimizer",
    words="{title}",
)
DECAY = Knob(
    "decay",
    Number("Decay is a number from {low:g} to {high:g}.", low=0.0, high=1.0, step=0.001),
    title="Decay λ",
    label="decay",
    spoken="decay",
    default=PLAIN.decay,
    axis="decay",
    axis_values=(0.0, 1e-4, *(count / power for power in (10_000, 1_000, 100, 10) for count in (2, 3, 5, 7, 10))),
    tried=(0.0, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0),
)
RATE = Knob(
    "rate",
    Text(read=lambda value: rate_formula(value).text),
    title="Rate",
    label="rate",
    spoken="the rate",
    default=PLAIN.rate,
)
LOSS = Knob(
    "loss",
    Choice("The loss is one of {options}.", {row.name: row.title for row in LOSSES.values()}),
    title="Loss",
    label="loss",
    spoken="the loss",
    default=PLAIN.loss,
    words="{value} loss",
)
"""No axis: losses of different kinds have no common scale."""

Knobs = Mapping[str, Knob]

_ROWS = (
    ALPHA, SAMPLES, SEED, IDEAL, INPUTS, FILTER, NOISE, DISTINCT, HELD_OUT, SCALING, SPLIT, TEST, WITHOUT,
    BATCH, MOMENTUM, NESTEROV, OPTIMIZER, DECAY, RATE, LOSS,
)  # fmt: skip

KNOBS: Knobs = {row.name: row for row in _ROWS}
FOLDS: Mapping[str, tuple[Knob, ...]] = {
    "training": (MOMENTUM, NESTEROV, RATE, DECAY, BATCH, OPTIMIZER, LOSS),
    "table": (SCALING,),
    "data": (DISTINCT, NOISE, HELD_OUT, SPLIT, TEST, WITHOUT),
}
"""The knobs that the page folds away, in the order in which it shows them."""


def plain_knobs(knobs: Knobs = KNOBS) -> list[Knob]:
    """The knobs whose values links and requests say under their names."""
    return [knob for knob in knobs.values() if knob.plain]


def naming_knobs(knobs: Knobs = KNOBS) -> list[Knob]:
    """The knobs that name a run: where one of them differs, it is another run."""
    return [knob for knob in knobs.values() if knob.names_run]


# Numbers as values and as texts


def is_number(value: object) -> bool:
    """Whether it is a number that a float can hold, and finite."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def plain_number(text: str) -> str:
    """A typed number in Python's spelling: without blanks, without commas of thousands or before decimals, and without
    the page's own minus and powers of ten, as in 1.2 × 10⁻⁵."""
    plain = text.strip().replace("−", "-").replace(" ", "")
    plain = _POWER_OF_TEN.sub(lambda power: f"e{power[1].translate(_PLAIN_DIGITS)}", plain)
    return plain.replace(",", "" if _THOUSANDS.fullmatch(plain) else ".")


def number_of(text: str) -> float:
    """The number that the text says, nan for none."""
    try:
        return float(text) if len(text) <= _LONGEST_NUMBER and "_" not in text else math.nan
    except ValueError:
        return math.nan


def whole_of(text: str) -> Any:
    """A whole number, else the text itself, which no whole number's check lets pass."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else text
