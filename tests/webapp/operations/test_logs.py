"""With LOG=json each line of the log is one JSON object; none of them names a session or an address."""

import json
import logging
import sys
import threading
from collections.abc import Iterator

import pytest

from tests.webapp.asking import ManualClock
from webapp.http.connections.event_loop import outcome_of
from webapp.operations import logs
from webapp.operations.metrics import Answered
from webapp.operations.operations import Operations
from webapp.settings import Settings

TURNED = Answered("0badf00d", "knob", "turn", "run", 200, 0.01234)


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """Gives the root logger back as it was."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_request_a_warning_and_a_traceback_are_one_object_each(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json")
    Operations(logs_requests=True).answered(TURNED)
    (line,) = written(capsys)
    assert {name: line[name] for name in ("ticket", "act", "ms", "kind", "outcome", "status")} == {
        "ticket": "0badf00d", "act": "turn", "ms": 12.3, "kind": "knob", "outcome": "run", "status": 200,
    }  # fmt: skip
    assert set(line) == {
        "time", "level", "logger", "message", "ticket", "act", "ms", "kind", "outcome", "status",
    }  # fmt: skip
    logs.configure("json")
    log = logging.getLogger("somebody")
    log.warning('A "line"\nand %d more', 2, extra=logs.beside(ticket="f00d"))
    try:
        int("why")
    except ValueError:
        log.exception("It broke")
    first, second = written(capsys)
    assert (first["level"], first["logger"], first["message"], first["ticket"]) == (
        "warning", "somebody", 'A "line"\nand 2 more', "f00d",
    )  # fmt: skip
    assert "ValueError: invalid" in str(second["traceback"])
    logs.configure("text")
    Operations().answered(TURNED)
    logging.getLogger("somebody").warning("A line")
    assert capsys.readouterr().err == "WARNING somebody: A line\n"


def test_what_repeats_is_written_once_a_minute_and_what_ends_a_thread_is_a_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, record = ManualClock(), logging.makeLogRecord({"levelno": logging.ERROR, "msg": "The store is away."})
    once = logs.Once(clock)
    written_at = [(clock.now, once.filter(record)) for clock.now in (1000.0, 1059.0, 1061.0, 1062.0)]
    assert [passes for _, passes in written_at] == [True, False, True, False]
    assert once.filter(logging.makeLogRecord({"levelno": logging.INFO, "msg": "one"}))
    assert once.filter(logging.makeLogRecord({"levelno": logging.ERROR, "msg": "Another."}))
    for hook in (sys, threading):
        monkeypatch.setattr(hook, "excepthook", hook.excepthook)
    logs.configure("json")
    thread = threading.Thread(target=int, args=("why",))
    thread.start()
    thread.join()
    (ended,) = written(capsys)
    assert (ended["level"], "ValueError" in str(ended["traceback"])) == ("critical", True)
    logging.captureWarnings(capture=False)


def test_a_start_that_is_refused_is_a_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json")
    with pytest.raises(SystemExit):
        logs.refuse_to_start("PORT must be a number.")
    (line,) = written(capsys)
    assert (line["event"], line["level"], line["message"]) == ("refused", "critical", "PORT must be a number.")


def test_requests_are_logged_where_the_setting_says_json(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json")
    for log in ("text", "json"):
        Operations.from_settings(Settings(log=log)).answered(TURNED)
    Operations.from_settings(Settings(log="json")).answered(TURNED._replace(kind="light", ticket="page"))
    Operations.from_settings(Settings(log="json")).answered(TURNED._replace(kind="light", ticket="cut", outcome="cut"))
    assert [line["ticket"] for line in written(capsys)] == ["0badf00d", "cut"]


def test_the_outcome_of_a_request_is_told_by_its_status() -> None:
    words = {200: "answered", 304: "answered", 404: "refused", 429: "limited", 500: "failed", 503: "busy"}
    assert {status: outcome_of(status) for status in words} == words
    assert outcome_of(200, gone=True) == "gone"
