"""A process ends in an orderly way on SIGTERM, SIGHUP and Ctrl-C, but for those that it was started not to hear."""

import signal
from collections.abc import Iterator

import pytest

from webapp.operations.signals import on_signal

NUMBERS = signal.SIGTERM, signal.SIGHUP, signal.SIGINT


@pytest.fixture
def unset() -> Iterator[None]:
    """Sets the signals as they were at the end."""
    before = {number: signal.getsignal(number) for number in NUMBERS}
    yield
    for number, act in before.items():
        signal.signal(number, act)


@pytest.mark.usefixtures("unset")
@pytest.mark.parametrize("ignored", [signal.SIGHUP, signal.SIGINT])
def test_a_closed_terminal_ends_it_as_sigterm_does_and_what_is_ignored_stays_so(ignored: signal.Signals) -> None:
    def terminated(_number: int, _frame: object) -> None: ...

    def ctrl_c(_number: int, _frame: object) -> None: ...

    for number in NUMBERS:
        signal.signal(number, signal.SIG_IGN if number == ignored else signal.SIG_DFL)
    on_signal(terminated, ctrl_c)
    expected = {signal.SIGTERM: terminated, signal.SIGHUP: terminated, signal.SIGINT: ctrl_c, ignored: signal.SIG_IGN}
    assert {number: signal.getsignal(number) for number in NUMBERS} == expected
