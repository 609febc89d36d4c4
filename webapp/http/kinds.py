"""Kinds of requests by what they cost: each has slots of its own to work in and a bounded number that wait.

The kind of a request follows from its method, its address and its length, before anything of it is read. Whether a
turned knob is long is seen only once its experiment is known: such a request begins anew among the long ones.
"""

import enum
import re
from typing import NamedTuple

from webapp.settings import Settings


class Kind(enum.Enum):
    """The kind of a request, by its work."""

    LIGHT = "light"
    """The page, its files, and answers that take no work."""
    KNOB = "knob"
    LONG = "long"
    """A knob whose run is predicted to take more than five budgets."""
    QUESTION = "question"
    """A side question."""
    READING = "reading"
    """Links, tables, files and formulas: text from a client is read."""
    EXPORT = "export"


class Slots(NamedTuple):
    """The number of requests of a kind in work, the most that wait, and their distance behind others (`nice`)."""

    working: int
    waiting: int
    niceness: int
    busy: str
    """The refusal when no more may wait."""


class Rule(NamedTuple):
    """A row of RULES: the requests of a kind."""

    methods: str
    path: re.Pattern[str]
    kind: Kind


WAITING = 16
"""The most waiting requests of a kind of which a second request of the same person is of little use."""

MOST_FILES = 32
"""The most that wait for a file: a class, whose last one waits for two minutes if each file has a million runs."""

LARGE = 65_536
"""Bytes of a knob's request; a larger one brings a table or a network, and to read that is most of its work."""

RULES = (
    Rule("POST", re.compile(r"/analysis/address"), Kind.READING),
    Rule("POST", re.compile(r"/analysis/[^/]*"), Kind.QUESTION),
    Rule("POST", re.compile(r"/class"), Kind.QUESTION),
    Rule("GET HEAD POST", re.compile(r"/lesson(/.*)?"), Kind.QUESTION),
    Rule("POST", re.compile(r"/_dash-update-component"), Kind.KNOB),
    Rule("POST", re.compile(r"/(link|shorten|facts|import|qr|sweeps)"), Kind.READING),
    Rule("GET HEAD", re.compile(r"/sweeps/[^/]*\.[a-z]+"), Kind.EXPORT),
    Rule("GET HEAD POST DELETE", re.compile(r"/sweeps(/.*)?"), Kind.QUESTION),
    Rule("GET HEAD", re.compile(r"/formula"), Kind.READING),
    Rule("GET HEAD", re.compile(r"/(run\.json|compare\.json|export/.*)"), Kind.EXPORT),
)
"""The first that fits counts; a request that fits none is light."""


def kind_of(method: str, path: str, length: int) -> Kind:
    """The kind of a request, from its path below the prefix and the length of its body."""
    kind = next((rule.kind for rule in RULES if method in rule.methods and rule.path.fullmatch(path)), Kind.LIGHT)
    return Kind.READING if kind is Kind.KNOB and length > LARGE else kind


def slots_of(settings: Settings) -> dict[Kind, Slots]:
    """The slots of every kind on this machine. Kinds that are neither light nor a knob have all cores but one."""
    beside = max(1, settings.side_by_side - 1)
    again = "Try again in a moment."
    return {
        Kind.LIGHT: Slots(settings.threads, settings.connection_limit, 0, f"The bench is busy. {again}"),
        Kind.KNOB: Slots(
            settings.side_by_side,
            settings.queue,
            0,
            f"The bench is busy: {settings.queue} others wait already, as many as QUEUE allows. "
            "The page tries again in a moment.",
        ),
        Kind.LONG: Slots(
            beside,
            min(settings.queue, WAITING),
            10,
            f"The bench is busy: {min(settings.queue, WAITING)} others wait already with runs as long as this one. "
            "The page tries again in a moment.",
        ),
        Kind.QUESTION: Slots(beside, settings.queue, 5, f"{settings.queue} requests wait already. {again}"),
        Kind.READING: Slots(1, WAITING, 5, f"{WAITING} others wait already until the bench reads their files. {again}"),
        Kind.EXPORT: Slots(beside, MOST_FILES, 10, f"{MOST_FILES} others wait for an export already. {again}"),
    }
