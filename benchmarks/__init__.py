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
    """The day, the kind of machine, and the versions that a table was measured with."""
    today = dt.datetime.now(dt.UTC).date()
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}"
    return f"{today.isoformat()} · {_processor()} · {platform.system()} · {versions}"


def print_heading() -> None:
    """Prints the heading, and the load of the machine: numbers of servers and browsers need one that rests."""
    print(heading())
    print(f"Load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.\n")


def _processor() -> str:
    """The processor's model where the system tells it, else its architecture."""
    reply = Path("/proc/cpuinfo")
    model = re.search(r"^model name\s*: (.+)$", reply.read_text(), re.MULTILINE) if reply.exists() else None
    return model[1] if model else platform.machine()
