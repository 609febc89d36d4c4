"""The log: lines to be read, or with LOG=json JSON objects, and then one for each request that takes work.

No line holds a session or an address. With LOG=json all that a process writes is such lines, from its start to its end,
on the error stream.
"""

import json
import logging
import sys
import threading
import time
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any, NoReturn

from webapp.operations.metrics import Answered
from webapp.store import Clock

log = logging.getLogger(__name__)

AGAIN_SECONDS = 60.0
"""Seconds for which a warning or an error that was written is not written again."""
MOST_REMEMBERED = 100

FIELDS = "nnbench_fields"
"""The attribute of a log record that holds the fields beside its message."""


def configure(form: str) -> None:
    """Lets the log be written so: text or json."""
    handler = logging.StreamHandler()
    handler.setFormatter(JSONLines() if form == "json" else logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    handler.addFilter(Once())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    if form == "json":
        logging.captureWarnings(capture=True)
        sys.excepthook = lambda kind, error, traceback: log.critical("It ended", exc_info=error)
        threading.excepthook = lambda given: log.critical("A thread ended", exc_info=given.exc_value)


def say(sentence: str, **fields: Any) -> None:
    """Says a sentence about the process: on its output, or with LOG=json as a line of the log with these fields."""
    if writes_json():
        log.info(sentence, extra=beside(**fields))
    else:
        sys.stdout.write(f"{sentence}\n")
        sys.stdout.flush()


def refuse_to_start(sentence: str, code: int = 1) -> NoReturn:
    """Ends the process with that code and with a sentence on the error stream, with LOG=json as a line of the log."""
    if not writes_json():
        sys.stderr.write(f"{sentence}\n")
    else:
        log.critical(sentence, extra=beside(event="refused"))
    sys.exit(code)


def writes_json() -> bool:
    """Whether the log is one of JSON objects."""
    return any(isinstance(handler.formatter, JSONLines) for handler in logging.getLogger().handlers)


class Once(logging.Filter):
    """Lets a warning or an error pass that was not written a moment ago: a store that is away is told once, and not
    for each request that needed it."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._written: OrderedDict[tuple[str, str], float] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it is written."""
        if record.levelno < logging.WARNING:
            return True
        line, now = (record.name, record.getMessage()), self._clock()
        if now - self._written.get(line, -AGAIN_SECONDS) < AGAIN_SECONDS:
            return False
        self._written[line] = now
        self._written.move_to_end(line)
        if len(self._written) > MOST_REMEMBERED:
            self._written.popitem(last=False)
        return True


def beside(**fields: Any) -> dict[str, Any]:
    """The `extra` of a log call, for the fields that a JSON line has beside its message."""
    return {FIELDS: fields}


def log_answered(request: Answered) -> None:
    """A line for a request that was answered."""
    log.info(
        "answered",
        extra=beside(
            ticket=request.ticket,
            kind=request.kind,
            act=request.act,
            outcome=request.outcome,
            status=request.status,
            ms=round(1000 * request.seconds, 1),
        ),
    )


class JSONLines(logging.Formatter):
    """A log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The time, the level, the logger, the message, and the fields beside it."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, FIELDS, {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
