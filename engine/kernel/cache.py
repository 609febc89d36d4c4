"""When the kernel is compiled, and where the compiled code is kept: the one room of the engine that sees a disk.

Compiled code lies in the folder that NNBENCH_CACHE names, or beside the source where `python -m engine.kernel` put it.
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
    from engine.kernel.compiled import Entries

SETTING = "NNBENCH_CACHE"
HERE = Path(__file__).parent
DEFINITIONS = ("activations.py", "base/elementary.py", "formula/operations.py")
"""Tables of the engine whose order is in the compiled code."""


class Kernel:
    """The compiled entries of this process, made once, whoever asks first."""

    def __init__(self) -> None:
        self._making = threading.Lock()
        self._entries: Entries | None = None

    @property
    def ready(self) -> bool:
        """Whether nobody has to wait any more."""
        return self._entries is not None

    def entries(self) -> "Entries":
        """The compiled functions; waits until they are there."""
        if self._entries is None:
            with self._making:
                if self._entries is None:
                    # Numba takes a second to import, which who never trains should not pay.
                    self._entries = import_module("engine.kernel.compiled").compiled_in(cache_folder())
        return self._entries

    def warm_up(self) -> None:
        """Makes the entries in a thread of its own."""
        threading.Thread(target=self.entries, name="kernel warm-up", daemon=True).start()


KERNEL = Kernel()
"""Compiled code belongs to the process, as an imported module does."""


def kept_folder() -> Path:
    """Where the compiled code of this source belongs."""
    sources = [*sorted(HERE.glob("*.py")), *(HERE.parent / part for part in DEFINITIONS)]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    return Path(os.environ.get(SETTING) or HERE / "__pycache__") / f"kernel-{digest[:16]}"


def cache_folder() -> Path | None:
    """A folder for compiled code that can be written: the kept one, else a temporary copy of it, else none."""
    kept = kept_folder()
    if writable(kept):
        return kept
    try:
        temporary = Path(tempfile.mkdtemp(prefix="nnbench-kernel-"))
    except OSError:
        return None
    atexit.register(shutil.rmtree, temporary, ignore_errors=True)
    if kept.is_dir():
        shutil.copytree(kept, temporary, dirs_exist_ok=True)
    return temporary


def writable(folder: Path) -> bool:
    """Whether a file can be made in the folder, which is made first where it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
