"""The time that NNBench takes, measured: named sizes, one table a file. The tables are printed; nothing is asserted.

`python -m benchmarks` prints every table, `python -m benchmarks.steps` prints one.
"""

import datetime as dt
import os
import platform
import re
from pathlib import Path

import numpy as np


def heading() -> str:
    """The day, the kind of machine, the versions that a table was measured with, and how long a step of network C takes
    in C: tables of two machines are set side by side by that."""
    from benchmarks.limit import step_in_c  # noqa: PLC0415  # which has a heading itself

    today = dt.datetime.now(dt.UTC).date()
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}"
    step = step_in_c("C")
    pace = f" · network C in C: {1e9 * step:.0f} ns a step" if step else ""
    return f"{today.isoformat()} · {_processor()} · {platform.system()} · {versions}{pace}"


def print_heading() -> None:
    """Prints the heading, and the load of the machine: numbers of servers and browsers need one that rests."""
    print(heading())
    print(f"Load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.\n")


def _processor() -> str:
    """The processor's model where the system tells it, else its architecture."""
    reply = Path("/proc/cpuinfo")
    model = re.search(r"^model name\s*: (.+)$", reply.read_text(), re.MULTILINE) if reply.exists() else None
    return model[1] if model else platform.machine()
