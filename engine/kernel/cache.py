"""Compiled code in memory and on disk: with `compiled`, the only modules of the engine that read or write files.

Compiled code is in the folder that NNBENCH_CACHE names, or beside the source where `python -m engine.kernel` put it.
A folder that can be read but not written is copied to a temporary one, for Numba refuses it; without any folder at all
the kernel is compiled in memory. A folder's name holds a digest of the source, so edited code never gives old bits.
"""

import atexit
import hashlib
import os
import shutil
import tempfile
import threading
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.kernel.compiled import CompiledFunctions

SETTING = "NNBENCH_CACHE"
HERE = Path(__file__).parent
DEFINITIONS = ("activations.py", "base/elementary.py", "formula/operations.py")
"""Source files outside this package that the compiled code repeats or depends on."""


class Kernel:
    """The compiled functions of this process, loaded or compiled once, at the first call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._functions: CompiledFunctions | None = None

    @property
    def ready(self) -> bool:
        """Whether they are in memory, so that no call has to wait."""
        return self._functions is not None

    def functions(self) -> "CompiledFunctions":
        """The compiled functions; waits until they are loaded or compiled."""
        if self._functions is None:
            with self._lock:
                if self._functions is None:
                    # Import Numba lazily: it takes about a second, and programs that never train do not need it.
                    self._functions = import_module("engine.kernel.compiled").compiled_in(cache_folder())
        return self._functions

    def warm_up(self) -> None:
        """Loads or compiles the functions in a background thread."""
        threading.Thread(target=self.functions, name="kernel warm-up", daemon=True).start()


KERNEL = Kernel()
"""Compiled code belongs to the process, as an imported module does."""


def persistent_folder() -> Path:
    """The folder of this source's compiled code, which outlives the process."""
    sources = [*sorted(HERE.glob("*.py")), *(HERE.parent / part for part in DEFINITIONS)]
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


def writable(folder: Path) -> bool:
    """Whether a file can be created in the folder, which is created first where it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
