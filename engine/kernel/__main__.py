"""Compiles the kernel ahead of time, into the folder that later processes load it from."""

import sys

from engine.kernel.ahead import load_side_by_side
from engine.kernel.cache import SETTING, marker, persistent_folder, writable

if __name__ == "__main__":
    if not writable(persistent_folder()):
        sys.exit(f"The compiled kernel cannot be kept in {persistent_folder().parent}. Name a folder in {SETTING}.")
    try:
        load_side_by_side()
    finally:
        marker(persistent_folder()).unlink(missing_ok=True)
