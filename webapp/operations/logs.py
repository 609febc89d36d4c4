"""The log: lines to be read, or with LOG=json JSON objects, and then one for each request that takes work.

No line holds a session or an address.
"""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from webapp.operations.metrics import Answered

log = logging.getLogger(__name__)

FIELDS = "nnbench_fields"
"""The attribute of a log record that holds the fields beside its message."""


def configure(form: str) -> None:
    """Lets the log be written so: text or json."""
    handler = logging.StreamHandler()
    handler.setFormatter(JSONLines() if form == "json" else logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


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
