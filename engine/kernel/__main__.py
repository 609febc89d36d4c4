"""Compiles the kernel ahead of time, into the folder that later processes load it from.

`python -m engine.kernel` compiles both programs, parts of them side by side; `python -m engine.kernel plain` one.
"""

import sys

from engine.kernel.ahead import store_side_by_side
from engine.kernel.cache import KERNEL, PROGRAMS, SETTING, marker, persistent_folder, writable

NOT_KEPT = f"The compiled kernel cannot be kept in {persistent_folder().parent}. Name a folder in {SETTING}."

if __name__ == "__main__":
    if not writable(persistent_folder()):
        sys.exit(NOT_KEPT)
    asked = [by_rule for by_rule, name in PROGRAMS.items() if name in sys.argv[1:]]
    try:
        if len(asked) == 1:
            KERNEL.functions(by_rule=asked[0])
        elif not store_side_by_side():
            sys.exit(NOT_KEPT)
    finally:
        for by_rule in asked:
            marker(persistent_folder(), by_rule=by_rule).unlink(missing_ok=True)
