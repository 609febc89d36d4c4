"""Compiles the kernel ahead of time, into the folder where later processes look for it."""

import sys

from engine.kernel.cache import KERNEL, SETTING, kept_folder, writable

if not writable(kept_folder()):
    sys.exit(f"The compiled kernel cannot be kept in {kept_folder().parent}. Name a folder in {SETTING}.")
KERNEL.entries()
