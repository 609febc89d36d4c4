"""Compiled code in memory and on disk: with `compiled`, the only modules of the engine that read or write files.

Compiled code is in the folder that NNBENCH_CACHE names, or beside the source where `python -m engine.kernel` put it.
A folder that can be read but not written is copied to a temporary one, for Numba refuses it; without any folder at all
the kernel is compiled in memory. A folder's name holds a digest of the source, so edited code never gives old bits.

The readable layers give the same bits at once, so a short run does not wait for compiled code. They do the work until
they have been busy for as long as it takes to load or compile it: at most twice the shortest time (rent or buy).
"""

import atexit
import contextlib
import functools
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from engine.base.notebook import is_a_kernel

if TYPE_CHECKING:
    from engine.kernel.compiled import CompiledFunctions

SETTING = "NNBENCH_CACHE"
HERE = Path(__file__).parent
DEFINITIONS = (
    "activations.py", "base/elementary.py", "formula/operations.py", "kernel/compiled.py", "kernel/program.py",
    "rules/losses.py", "rules/optimizers.py",
)  # fmt: skip
"""Source files beside `native/` that the compiled code repeats or depends on."""


PROGRAMS = {False: "plain", True: "by_rule"}
"""The name of each program of the kernel, for the files that say how far it is compiled."""
LOAD_SECONDS = 1.0
"""The time it takes to import Numba and to load stored code."""
COMPILE_SECONDS = 30.0
"""The time it takes to compile the plain program, the shortest that was measured."""
COMPILING_AT_MOST = 600.0
"""Seconds after which a compiler that has not come to its end is taken for dead."""
CPU_INFO = Path("/proc/cpuinfo")
CPU_LINES = ("vendor_id", "cpu family", "model", "flags", "Features", "CPU implementer", "CPU part", "isa")
"""The lines that tell one kind of processor from another, on x86, Arm and RISC-V."""
NICENESS = 5
"""Priority of the compiler beside readable layers that work."""


class Kernel:
    """The compiled functions of this process, loaded or compiled once, at the first call.

    Those that learn by a rule are twice as large as the plain ones and stand by themselves, so that no plain run waits
    for them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._functions: dict[bool, CompiledFunctions] = {}
        self._readable_seconds = 0.0
        self._compilers: dict[bool, subprocess.Popen[bytes]] = {}

    def ready(self, *, by_rule: bool = False) -> bool:
        """Whether the plain ones, or those that learn by a rule, are in memory, so that no call has to wait."""
        return by_rule in self._functions

    def at_hand(self, *, by_rule: bool = False) -> bool:
        """Whether they are in memory, or stored."""
        return self.ready(by_rule=by_rule) or has_code(persistent_folder(), by_rule=by_rule)

    def functions(self, *, by_rule: bool = False) -> "CompiledFunctions":
        """The compiled functions; waits until they are loaded or compiled."""
        if by_rule not in self._functions:
            with self._lock:
                if by_rule not in self._functions:
                    folder = cache_folder()
                    if not has_code(folder, by_rule=by_rule):
                        tell_who_waits()
                    if by_rule in self._compilers:
                        self._compilers[by_rule].wait()
                    # Import Numba lazily: it takes about a second, and programs that never train do not need it.
                    compiled = import_module("engine.kernel.compiled")
                    self._functions[by_rule], stored = compiled.compiled_in(folder, by_rule=by_rule)
                    if folder is not None and stored:
                        with contextlib.suppress(OSError):
                            stamp(folder, by_rule=by_rule).touch()
        return self._functions[by_rule]

    def gains(self, seconds: float, *, by_rule: bool = False) -> bool:
        """Whether compiled code is worth its wait for work that takes the readable layers this many seconds.

        Where it is not, the caller lets the readable layers work, and missing code is compiled beside them.
        """
        stored = has_code(persistent_folder(), by_rule=by_rule)
        if not stored:
            self._compile_beside(by_rule)
        if self._readable_seconds + seconds >= (LOAD_SECONDS if stored else COMPILE_SECONDS):
            return True
        self._readable_seconds += seconds
        return False

    def warm_up(self) -> None:
        """Loads or compiles the functions in a background thread, the plain ones first."""
        for by_rule in (False, True):
            self._compile_beside(by_rule)
        threading.Thread(target=self.load, name="kernel warm-up", daemon=True).start()

    def load(self) -> None:
        """Loads or compiles all functions."""
        for by_rule in (False, True):
            self.functions(by_rule=by_rule)

    def _compile_beside(self, by_rule: bool) -> None:
        """Compiles missing code, once, in a process that may outlive this one: the code serves the next.

        Where the folder cannot be written or the process cannot start, `functions` compiles by itself.
        """
        folder = persistent_folder()
        is_done = has_code(folder, by_rule=by_rule) or is_compiled_elsewhere(folder, by_rule=by_rule)
        if not is_done and by_rule not in self._compilers and sys.executable and writable(folder):
            with contextlib.suppress(OSError):
                self._compilers[by_rule] = start_compiler(by_rule=by_rule)
                marker(folder, by_rule=by_rule).touch()


KERNEL = Kernel()
"""Compiled code belongs to the process, as an imported module does."""


def persistent_folder() -> Path:
    """The folder of this source's compiled code, which outlives the process."""
    return Path(os.environ.get(SETTING) or HERE / "__pycache__") / f"kernel-{source_digest()}"


@functools.cache
def source_digest() -> str:
    """16 hex digits that stand for the source, which a process reads once, as it loads compiled code once."""
    sources = [*sorted((HERE / "native").rglob("*.py")), *(HERE.parent / part for part in DEFINITIONS)]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]


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


def has_code(folder: Path | None, *, by_rule: bool) -> bool:
    """Whether the code was compiled into the folder before, to its end."""
    return folder is not None and stamp(folder, by_rule=by_rule).exists()


def stamp(folder: Path, *, by_rule: bool) -> Path:
    """The file that says that the code is in the folder, for sources in this place and for this target: Numba finds it
    from no other."""
    return folder / f"{PROGRAMS[by_rule]}-{zlib.crc32(os.fsencode(HERE) + target().encode()):08x}.stored"


@functools.cache
def target() -> str:
    """The Python, the Numba and the processor that code is compiled for, told without the tenth of a second and more
    that it takes to ask LLVM."""
    processor = [platform.machine(), os.environ.get("PROCESSOR_IDENTIFIER", "")]
    with contextlib.suppress(OSError):
        first = CPU_INFO.read_text("utf-8").partition("\n\n")[0]
        processor += [line for line in first.splitlines() if line.partition("\t")[0] in CPU_LINES]
    return "\n".join([str(sys.implementation.cache_tag), version("numba"), *processor])


def marker(folder: Path, *, by_rule: bool) -> Path:
    """The file that stands in the folder while a process beside others compiles the code into it."""
    return folder / f"{PROGRAMS[by_rule]}.compiling"


def is_compiled_elsewhere(folder: Path, *, by_rule: bool) -> bool:
    """Whether such a process is at work; a marker that a killed one has left counts no more after some time."""
    try:
        return time.time() - marker(folder, by_rule=by_rule).stat().st_mtime < COMPILING_AT_MOST
    except OSError:
        return False


def start_compiler(*, by_rule: bool) -> "subprocess.Popen[bytes]":
    """A process of its own that compiles the code into the persistent folder; OSError where none can start."""
    path = os.pathsep.join(filter(None, (str(HERE.parents[1]), os.environ.get("PYTHONPATH"))))
    process = subprocess.Popen(  # noqa: S603 - this Python with this package
        [sys.executable, "-m", __package__, PROGRAMS[by_rule]],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    return process


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
