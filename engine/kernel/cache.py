"""Compiled code in memory and on disk: with `compiled`, the only modules of the engine that read or write files.

Compiled code is in the folder that NNBENCH_CACHE names, or beside the source where `python -m engine.kernel` put it.
A folder that can be read but not written is copied to a temporary one, for Numba refuses it; without any folder at all
the kernel is compiled in memory. A folder's name holds a digest of the source, so edited code never gives old bits.
"""

import atexit
import hashlib
import os
import shutil
import sys
import tempfile
import threading
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from engine.base.notebook import is_a_kernel

if TYPE_CHECKING:
    from engine.kernel.compiled import CompiledFunctions

SETTING = "NNBENCH_CACHE"
HERE = Path(__file__).parent
DEFINITIONS = (
    "activations.py", "base/elementary.py", "formula/operations.py", "rules/losses.py", "rules/optimizers.py",
)  # fmt: skip
"""Source files outside this package that the compiled code repeats or depends on."""


class Kernel:
    """The compiled functions of this process, loaded or compiled once, at the first call.

    Those that learn by a rule are twice as large as the plain ones and stand by themselves, so that no plain run waits
    for them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._functions: dict[bool, CompiledFunctions] = {}

    def ready(self, *, by_rule: bool = False) -> bool:
        """Whether the plain ones, or those that learn by a rule, are in memory, so that no call has to wait."""
        return by_rule in self._functions

    def functions(self, *, by_rule: bool = False) -> "CompiledFunctions":
        """The compiled functions; waits until they are loaded or compiled."""
        if by_rule not in self._functions:
            with self._lock:
                if by_rule not in self._functions:
                    # Import Numba lazily: it takes about a second, and programs that never train do not need it.
                    compiled = import_module("engine.kernel.compiled")
                    folder = cache_folder()
                    if not has_code(folder):
                        tell_who_waits()
                    self._functions[by_rule] = compiled.compiled_in(folder, by_rule=by_rule)
        return self._functions[by_rule]

    def warm_up(self) -> None:
        """Loads or compiles the functions in a background thread, the plain ones first."""
        threading.Thread(target=self.load, name="kernel warm-up", daemon=True).start()

    def load(self) -> None:
        """Loads or compiles all functions."""
        for by_rule in (False, True):
            self.functions(by_rule=by_rule)


KERNEL = Kernel()
"""Compiled code belongs to the process, as an imported module does."""


def persistent_folder() -> Path:
    """The folder of this source's compiled code, which outlives the process."""
    sources = [*sorted(HERE.rglob("*.py")), *(HERE.parent / part for part in DEFINITIONS)]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    return Path(os.environ.get(SETTING) or HERE / "__pycache__") / f"kernel-{digest[:16]}"


def cache_folder() -> Path | None:
    """A folder for compiled code that can be written: the persistent one, else a temporary copy of it, else None."""
    persistent = persistent_folder()
    if writable(persistent):
        return persistent
    try:
        temporary = Path(tempfile.mkdtemp(prefix="nnbench-kernel-"))
    except OSError:
        return None
    atexit.register(shutil.rmtree, temporary, ignore_errors=True)
    if persistent.is_dir():
        shutil.copytree(persistent, temporary, dirs_exist_ok=True)
    return temporary


def has_code(folder: Path | None) -> bool:
    """Whether code was compiled into the folder before."""
    return folder is not None and any(folder.rglob("*.nbi"))


def tell_who_waits() -> None:
    """Says in a notebook or a terminal why nothing comes for a while; to background threads nobody listens."""
    if threading.current_thread() is not threading.main_thread():
        return
    text = "NNBench compiles its kernel, which takes a while.\n"
    if is_a_kernel():
        sys.stdout.write(text)  # what is an error, notebooks paint red
    elif sys.stderr.isatty():
        sys.stderr.write(text)


def writable(folder: Path) -> bool:
    """Whether a file can be created in the folder, which is created first where it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
