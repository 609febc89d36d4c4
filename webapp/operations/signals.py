"""The signals that end a process in an orderly way."""

import signal
from collections.abc import Callable
from types import FrameType


def on_signal(
    terminated: Callable[[int, FrameType | None], None], ctrl_c: Callable[[int, FrameType | None], None]
) -> None:
    """Sets what SIGTERM, SIGHUP and Ctrl-C do from now on.

    A function in place of KeyboardInterrupt, which would come between any two steps of the event loop; a process in the
    background, which hears no Ctrl-C, or under nohup, which hears no SIGHUP, stays so.
    """
    signal.signal(signal.SIGTERM, terminated)
    for name, act in (("SIGINT", ctrl_c), ("SIGHUP", terminated)):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, act)
