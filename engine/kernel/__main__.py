"""Compiles the kernel ahead of time, into the folder that later processes load it from."""

import sys

from engine.kernel.cache import KERNEL, SETTING, persistent_folder, writable

if not writable(persistent_folder()):
    sys.exit(f"The compiled kernel cannot be kept in {persistent_folder().parent}. Name a folder in {SETTING}.")
KERNEL.load()
