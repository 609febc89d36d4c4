"""The compiled kernel gives the bits of the readable layers, whatever the network and wherever its code is stored."""

import itertools
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest

from engine import AffinityLayer, IdentityLayer, Layer, MapLayer, NNBench, kernel
from engine.activations import ACTIVATIONS
from engine.base.numerics import FloatArray, sum_in_order, sum_lanes
from engine.errors import ShapeError
from engine.kernel import cache, flattened, parameters
from engine.kernel.ahead import _store, store_side_by_side
from engine.kernel.cache import (
    COMPILE_SECONDS,
    COMPILING_AT_MOST,
    LOAD_SECONDS,
    SETTING,
    Kernel,
    cache_folder,
    has_code,
    marker,
    persistent_folder,
    target,
    writable,
)
from engine.kernel.compiled import BY_RULE, LONGEST_FIRST, OF_BOTH, PLAIN
from engine.kernel.native import activations as kernel_activations
from engine.kernel.train_one import frozen_places
from tests.engine.asserting import known, refuses
from tests.engine.nets import (
    ALPHAS,
    Training,
    catalogued,
    digest_of_random_trainings,
    flat,
    network_of,
    random_training,
    run_of,
    same_bits,
    some_frozen,
    training,
)

ROOT = Path(__file__).parents[3]
BATCH = 100
NOBODY = 65534


def random_batches(few: int, many: int) -> pytest.MarkDecorator:
    """The first few of these batches of random networks; the others are for the soak."""
    others = (pytest.param(batch, marks=pytest.mark.soak) for batch in range(few, many))
    return pytest.mark.parametrize("batch", [*range(few), *others])


@random_batches(2, 12)
def test_a_random_network_trains_to_the_same_bits(batch: int) -> None:
    assert [seed for seed in range(batch * BATCH, (batch + 1) * BATCH) if not random_training(seed).agrees()] == []


@pytest.mark.parametrize("inputs", [*range(1, 20), 24, 31, 32, 33, 40, 63, 64, 65, 100, 128, 255, 256])
def test_every_width_trains_to_the_same_bits(inputs: int) -> None:
    rng = np.random.RandomState(inputs)
    for outputs in (1, 2, 3, 7, 8, 9, 16, 17):
        assert training([outputs], inputs, 5, 0.01, rng).agrees(), f"{inputs}→{outputs}"
        assert training([inputs, "tanh", outputs, "tanh", 2], 3, 5, 0.05, rng).agrees(), f"3→{inputs}→{outputs}→2"


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_function_trains_to_the_same_bits(name: str) -> None:
    rng = np.random.RandomState(1)
    for width, alpha in itertools.product((1, 3, 11), ALPHAS):
        assert training([2, name], 2, 20, alpha, rng, strange=0.05).agrees()
        assert training([width, name, 2, name], 2, 20, alpha, rng).agrees()
        assert training([name, width, name, name, 3], 2, 20, alpha, rng, strange=0.02).agrees()


def test_a_network_without_an_affine_layer_and_one_long_diverging_run_have_the_same_bits() -> None:
    rng = np.random.RandomState(0)
    for parts in ([], [""], ["sin"], ["", "tanh", "double"]):
        assert training(list(parts), 3, 10, 0.1, rng, strange=0.1).agrees()
    diverging = training([9, "relu", 5], 3, 2_000, 0.4, np.random.RandomState(2))
    assert not np.isfinite(diverging.readable()[0][-1])
    assert diverging.agrees()


@random_batches(1, 3)
def test_a_random_network_with_frozen_numbers_trains_to_the_same_bits(batch: int) -> None:
    cases = {seed: some_frozen(random_training(seed), seed) for seed in range(batch * BATCH, (batch + 1) * BATCH)}
    assert [seed for seed, case in cases.items() if not case.agrees()] == []


@random_batches(1, 3)
def test_the_losses_of_many_rows_of_weights_have_the_bits_of_the_readable_layers(batch: int) -> None:
    """Without a step: weights that are not finite in one row, or slopes that are not, leave the other losses alone."""
    for seed in range(batch * BATCH, (batch + 1) * BATCH, 4):
        case = some_frozen(random_training(seed), seed)
        net, rng = case.net, np.random.RandomState([8, seed])
        arrays = parameters(net.layers)
        rows = np.stack([flattened(arrays), *(2.0 * rng.randn(rng.randint(1, 20), sum(a.size for a in arrays)))])
        rows[rng.random_sample(rows.shape) < 0.01] = np.inf
        for row, found in zip(rows, kernel.losses_of_rows(net.layers, rows, case.X, case.T), strict=True):
            kernel.load_flat(arrays, row)
            with np.errstate(all="ignore"):
                errors = net.respond(case.X) - case.T
                assert same_bits(found, sum_lanes(errors * errors) / 2.0)


@pytest.mark.parametrize("parts", [[2], [2, "sigmoid"], [9, "tanh", 40, "sin", 3]])
def test_frozen_numbers_stay_to_the_bit_and_the_others_move(parts: list[int | str]) -> None:
    for seed in range(8):
        case = some_frozen(training(list(parts), 2, 30, 0.3, np.random.RandomState(seed), strange=0.02), seed)
        before, (_, after) = flat(case.net), case.compiled()
        held = np.isin(np.arange(len(before)), frozen_places(case.net.layers))
        assert same_bits(before[held], after[held])
        assert (before[~held] != after[~held]).all()


def test_freezing_holds_in_the_next_training_and_a_layer_in_two_networks_is_trained_in_both() -> None:
    net = training([3, "tanh", 2], 2, 1, 0.1, np.random.RandomState(7)).net
    net.train(*facts())
    before = net.layers[0].M.copy()
    for places in (True, False):
        net.layers[0].freeze(places=places)
        net.train(*facts())
        assert same_bits(net.layers[0].M, before) is places
    shared = AffinityLayer(2, 2, seed=1)
    one, other = network_of(shared), network_of(shared, MapLayer("tanh"))
    one.train(*facts())
    assert other.layers[0].M is shared.M
    assert not same_bits(shared.M, AffinityLayer(2, 2, seed=1).M)
    case = training([16, "tanh", 9, "sin", 3], 4, 3_000, 0.05, np.random.RandomState(7))
    expected = case.compiled()
    with ThreadPoolExecutor(8) as pool:
        for others in pool.map(lambda _: case.compiled(), range(24)):
            assert all(map(same_bits, expected, others))


def test_another_order_of_sums_and_a_slope_wrong_in_its_last_bit_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    row = ACTIVATIONS["sigmoid"]
    wrong: dict[str, Callable[..., object]] = {
        "sum_lanes": lambda terms: sum_in_order(terms, axis=-1),
        "sum_in_order": lambda terms, axis: sum_in_order(np.flip(terms, axis), axis),
        "resolve_activation": lambda _: type(row)(row.name, row.value, lambda x: row.slope(x) * (1 + 2**-52)),
    }
    parts: dict[str, list[int | str]] = {"resolve_activation": [4, "sigmoid", 2]}
    for name, row_or_sum in wrong.items():
        with monkeypatch.context() as patched:
            patched.setattr(f"engine.layers.layers.{name}", row_or_sum)
            case = training(parts.get(name, [16, "tanh", 16, 2]), 16, 20, 0.1, np.random.RandomState(3))
            assert not case.agrees(), name


def test_the_opcodes_stand_in_the_order_of_the_table() -> None:
    codes = {"identity": "IDENTITY", "leaky relu": "LEAKY_RELU", "square/2": "HALF_SQUARE", "plus one": "PLUS_ONE"}
    for place, name in enumerate(ACTIVATIONS):
        assert getattr(kernel_activations, codes.get(name, name.upper())) == place


class Doubled(Layer):
    """A layer class of one's own."""

    def __call__(self, x: object) -> FloatArray:
        return 2.0 * np.asarray(x, dtype=np.float64)

    def gradients(self, output_delE: FloatArray) -> tuple[FloatArray, dict[str, FloatArray]]:
        return 2.0 * output_delE, {}


def facts(n: int = 20, inputs: int = 2, outputs: int = 2) -> tuple[FloatArray, FloatArray]:
    rng = np.random.RandomState(3)
    return rng.randn(n, inputs), rng.randn(n, outputs)


def test_what_the_kernel_does_not_know_is_trained_by_readable_layers_and_wrong_widths_are_errors() -> None:
    dense = AffinityLayer(2, 2, seed=4)
    for layers in ((dense, MapLayer(np.tanh, lambda d: 1 - np.tanh(d) ** 2)), (dense, Doubled()), (dense, dense)):
        net = network_of(*layers)
        assert kernel.train(net.layers, *facts(), 0.1) is None
        assert Training(net, *facts()).agrees()
    identity = IdentityLayer()
    net = network_of(identity, AffinityLayer(2, 2, seed=1), identity)
    assert kernel.train(net.copy().layers, *facts(), 0.1) is not None
    assert Training(net, *facts()).agrees()
    net = network_of(AffinityLayer(2, 3, seed=1))
    refuses(ShapeError, net.train, *facts(inputs=4, outputs=3), match="takes 2")
    refuses(ShapeError, net.train, *facts(outputs=2), match="the fact expects")
    refuses(ValueError, net.train, facts()[0], np.zeros((3, 3)), match=r"shorter|longer")
    net = network_of(AffinityLayer(2, 2, seed=1))
    assert net.train(np.empty((0, 2)), np.empty((0, 2))).shape == (0,)
    as_lists = net.copy().train([[1, 2], [3, 4]], [[0, 1], [1, 0]])
    assert same_bits(as_lists, net.train(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])))


def test_samples_that_are_for_reading_only_are_learned_and_answered_with_the_same_bits() -> None:
    nets = [network_of(AffinityLayer(2, 2, seed=1)) for _ in range(2)]
    X, T = (np.array(part) for part in facts())
    expected = [nets[0].train(X, T), nets[0].respond(X), *nets[0].responses(X)]
    X.flags.writeable = T.flags.writeable = False
    found = [nets[1].train(X, T), nets[1].respond(X), *nets[1].responses(X)]
    assert all(map(same_bits, found, expected))


def test_a_long_run_asks_between_chunks_and_an_impatient_one_never_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = catalogued("xor-hidden-layer", samples=300_000)
    asked: list[int] = []
    run_of(experiment, asked.append)
    assert asked[0] == 0
    assert len(asked) > 2
    case, experiment = training([3, "tanh", 2], 2, 20, 0.1, np.random.RandomState(7)), catalogued("xor-hidden-layer")
    warm, fingerprint = case.compiled()[0], run_of(experiment).fingerprint
    monkeypatch.setattr(cache.Kernel, "ready", lambda self, *, by_rule=False: False)
    monkeypatch.setattr(cache.Kernel, "functions", lambda self, *, by_rule=False: pytest.fail("waited"))
    assert same_bits(case.net.train(case.X, case.T, wait_for_kernel=False), warm)
    assert run_of(experiment, wait_for_kernel=False).fingerprint == fingerprint


def fresh(words: list[str], settings: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The finished process of a fresh interpreter, with no settings but these."""
    plain = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command, environment = [sys.executable, *words], plain | (settings or {})
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


def python(code: str, settings: dict[str, str] | None = None) -> str:
    """The output of a fresh interpreter that runs this code."""
    done = fresh(["-c", code], settings)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


TRAIN = "from tests.engine.nets import digest_of_random_trainings as digest; print(digest(100))"


def test_a_warm_up_returns_at_once_and_the_bits_do_not_hang_on_numpys_instruction_set() -> None:
    code = f"""
import time
from engine import kernel
before = kernel.ready()
kernel.warm_up()
at_once = kernel.ready()
while not kernel.ready():
    time.sleep(0.01)
print(before, at_once)
{TRAIN}
"""
    few = {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"}
    assert python(code, few).splitlines() == ["False False", digest_of_random_trainings(100)]


@pytest.mark.soak
def test_the_bits_do_not_hang_on_the_kernels_instruction_set(tmp_path: Path) -> None:
    oldest = python(TRAIN, {"NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": "", SETTING: str(tmp_path)})
    assert oldest == digest_of_random_trainings(100)


@pytest.fixture
def compiled_elsewhere(tmp_path: Path) -> Path:
    """A folder outside the tree that holds the compiled kernel, for everybody to read."""
    shutil.copytree(persistent_folder(), tmp_path / persistent_folder().name)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.name.startswith(("test_", "pytest-", "popen-")):
            folder.chmod(0o755)
    return tmp_path


@pytest.mark.soak
def test_compiled_code_is_found_again_where_the_setting_says(compiled_elsewhere: Path) -> None:
    code = "from engine.kernel import cache; cache.KERNEL.functions(); print(cache.cache_folder())"
    held = sorted(compiled_elsewhere.rglob("*"))
    assert Path(python(code, {SETTING: str(compiled_elsewhere)})).parent == compiled_elsewhere
    assert sorted(compiled_elsewhere.rglob("*")) == held


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become nobody")
@pytest.mark.soak
def test_a_folder_that_can_only_be_read_is_used_from_a_copy(compiled_elsewhere: Path) -> None:
    # The compiler is loaded as root, because nobody may be unable to read this Python.
    code = f"""
import os
from engine.kernel import cache
cache.KERNEL.functions()
os.seteuid({NOBODY})
entries = cache.Kernel().functions()
print(cache.writable(cache.persistent_folder()), sum(entries.train.stats.cache_hits.values()))
"""
    assert python(code, {SETTING: str(compiled_elsewhere)}) == "False 1"


WAITS = "NNBench compiles its kernel, which takes a while.\n"


def test_who_waits_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    folders = (str(tmp_path / str(number)) for number in itertools.count())
    monkeypatch.setattr("engine.kernel.compiled.compiled_in", lambda folder, by_rule: (by_rule, True))
    for in_a_notebook, at_a_terminal, told in (
        (True, False, (WAITS, "")), (False, True, ("", WAITS)), (False, False, ("", "")),
    ):  # fmt: skip
        monkeypatch.setattr("engine.kernel.cache.is_a_kernel", lambda there=in_a_notebook: there)
        monkeypatch.setattr("sys.stderr.isatty", lambda there=at_a_terminal: there)
        monkeypatch.setenv(SETTING, next(folders))
        Kernel().functions()
        assert capsys.readouterr() == told
        monkeypatch.setenv(SETTING, next(folders))
        in_background = Kernel()
        thread = threading.Thread(target=in_background.functions)
        thread.start()
        thread.join()
        assert in_background.ready()
        assert capsys.readouterr() == ("", "")


@pytest.fixture
def compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mock:
    """The process that compiles beside the readable layers and never ends; nothing is compiled yet."""
    monkeypatch.setenv(SETTING, str(tmp_path))
    process = Mock(**{"return_value.poll.return_value": None})
    monkeypatch.setattr("engine.kernel.cache.subprocess.Popen", process)
    monkeypatch.setattr("engine.kernel.cache.os.setpriority", Mock())
    return process


def test_short_work_does_not_wait_for_the_compiler_which_starts_once(compiler: Mock) -> None:
    fresh = Kernel()
    assert [fresh.gains(0.4 * COMPILE_SECONDS) for _ in range(2)] == [False, False]
    assert compiler.call_count == 1
    assert compiler.call_args.args[0] == [sys.executable, "-m", "engine.kernel", "plain"]
    assert compiler.call_args.kwargs["env"]["PYTHONPATH"].split(os.pathsep)[0] == str(ROOT)
    assert not fresh.ready()


def test_of_several_processes_one_compiles_until_its_marker_is_old(compiler: Mock) -> None:
    assert ([Kernel().gains(1.0) for _ in range(3)], compiler.call_count) == ([False] * 3, 1)
    stale = time.time() - COMPILING_AT_MOST - 1
    os.utime(marker(persistent_folder(), by_rule=False), (stale, stale))
    Kernel().gains(1.0)
    assert compiler.call_count == 2


def test_long_work_waits_for_it_and_so_does_much_short_work(compiler: Mock) -> None:
    assert Kernel().gains(COMPILE_SECONDS)
    fresh = Kernel()
    assert [fresh.gains(0.4 * COMPILE_SECONDS) for _ in range(4)] == [False, False, True, True]


def test_stored_code_is_loaded_for_longer_work(compiled_elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, str(compiled_elsewhere))
    monkeypatch.setattr("engine.kernel.cache.subprocess.Popen", Mock(side_effect=AssertionError("it is compiled")))
    assert [Kernel().gains(seconds) for seconds in (0.5 * LOAD_SECONDS, LOAD_SECONDS)] == [False, True]
    monkeypatch.setattr("engine.kernel.KERNEL", fresh := Kernel())
    layers = catalogued("circle").network().layers
    assert not kernel.gains(layers, 2, 1)
    fresh.functions()
    assert kernel.gains(layers, 2, 1)


def test_meanwhile_code_comes_from_the_process_that_compiles(compiler: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    def load(folder: Path, by_rule: bool) -> tuple[None, bool]:
        order.append("loaded")
        return None, True

    compiler.return_value.wait.side_effect = lambda: order.append("compiled")
    monkeypatch.setattr("engine.kernel.compiled.compiled_in", load)
    fresh = Kernel()
    fresh.gains(0.0)
    fresh.functions()
    assert order == ["compiled", "loaded"]


@pytest.mark.parametrize("obstacle", ["no program", "no process", "no folder"])
def test_where_no_process_can_compile_short_work_goes_on_and_long_work_compiles_by_itself(
    obstacle: str, compiler: Mock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if obstacle == "no program":
        monkeypatch.setattr("sys.executable", "")
    elif obstacle == "no process":
        compiler.side_effect = OSError("too many of them")
    else:
        (tmp_path / "file").touch()
        monkeypatch.setenv(SETTING, str(tmp_path / "file"))
    fresh = Kernel()
    assert [fresh.gains(seconds) for seconds in (1.0, COMPILE_SECONDS)] == [False, True]
    monkeypatch.setattr("engine.kernel.compiled.compiled_in", lambda folder, by_rule: (by_rule, False))
    assert fresh.functions() is False  # type: ignore[comparison-overlap]


def test_layers_that_the_kernel_cannot_train_start_no_compiler(compiler: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.kernel.KERNEL", Kernel())
    net = network_of(MapLayer(lambda x: x, lambda x: 1.0))
    assert len(net.train([[1.0, 2.0]], [[0.0, 1.0]])) == 1
    assert not kernel.gains(net.layers, 2, 10**9)
    assert compiler.call_count == 0


@pytest.mark.parametrize("rule", [{}, {"momentum": 0.9, "batch": 4}], ids=["plain", "by a rule"])
def test_a_short_run_of_a_new_installation_is_made_by_the_readable_layers_to_the_same_bits(
    rule: dict[str, Any], compiler: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = catalogued("circle", samples=300, **rule)
    compiled = run_of(experiment, wait_for_kernel=True).fingerprint
    monkeypatch.setattr("engine.kernel.KERNEL", fresh := Kernel())
    assert run_of(experiment).fingerprint == compiled
    assert len(NNBench(experiment.network(), ideal=lambda v: v[:1]).learn(10)) == 10
    assert {call.args[0][-1] for call in compiler.call_args_list} == ({"plain", "by_rule"} if rule else {"plain"})
    assert not fresh.ready()


def test_nobody_is_told_of_code_that_is_there(
    compiled_elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(SETTING, str(compiled_elsewhere))
    monkeypatch.setattr("engine.kernel.cache.is_a_kernel", lambda: True)
    Kernel().functions()
    assert capsys.readouterr() == ("", "")


def test_a_missing_folder_is_made_or_a_temporary_one_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, str(tmp_path / "not" / "there"))
    folder = known(cache_folder())
    assert folder.parent == tmp_path / "not" / "there"
    assert writable(folder)
    (tmp_path / "file").touch()
    monkeypatch.setenv(SETTING, str(tmp_path / "file" / "folder"))
    folder = known(cache_folder())
    assert tmp_path not in folder.parents
    shutil.rmtree(folder)
    monkeypatch.setenv(SETTING, str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))
    assert cache_folder() is None


@pytest.mark.soak
def test_without_any_folder_and_any_home_the_kernel_is_compiled_in_memory_and_fuses_nothing() -> None:
    code = f"""
from engine.kernel import cache
cache.cache_folder = lambda: None
{TRAIN}
entries = cache.KERNEL.functions()
code = "".join(text for entry in (entries.train, entries.sweep) for text in entry.inspect_asm().values())
print("mulpd" in code, "fmadd" in code or "fnmadd" in code or "fmsub" in code)
"""
    assert python(code).split() == [digest_of_random_trainings(100), "True", "False"]


@pytest.mark.soak
def test_broken_files_in_the_folder_cost_a_compilation_and_nothing_else(compiled_elsewhere: Path) -> None:
    for file in compiled_elsewhere.rglob("*.nbc"):
        file.write_bytes(file.read_bytes()[:1000])
    assert python(TRAIN, {SETTING: str(compiled_elsewhere)}) == digest_of_random_trainings(100)


def test_compiling_ahead_reports_when_it_cannot_store_the_code(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = fresh(["-m", "engine.kernel"], {SETTING: str(tmp_path / "file")})
    assert done.returncode == 1
    assert SETTING in done.stderr


def test_code_is_stamped_where_the_disk_has_room_and_for_sources_in_their_place_and_one_target(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("engine.kernel.compiled.PLAIN", (OF_BOTH[1],) * 4)
    monkeypatch.setenv(SETTING, str(tmp_path))
    with monkeypatch.context() as full:
        full.setattr("numba.core.caching.IndexDataCacheFile.save", Mock(side_effect=OSError("no space")))
        Kernel().functions()
        assert not has_code(persistent_folder(), by_rule=False)
    Kernel().functions()
    assert has_code(persistent_folder(), by_rule=False)
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nflags\t\t: sse2\n\nprocessor\t: 1\n")
    for place, other in (
        ("engine.kernel.cache.CPU_INFO", tmp_path / "cpuinfo"), ("engine.kernel.cache.version", lambda _: "0.1"),
        ("sys.implementation.cache_tag", "cpython-310"), ("engine.kernel.cache.HERE", tmp_path),
    ):  # fmt: skip
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(place, other)
            target.cache_clear()
            assert not has_code(persistent_folder(), by_rule=False), place
    target.cache_clear()


def test_every_entry_point_is_compiled_ahead_and_a_full_folder_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert set(LONGEST_FIRST) == {*PLAIN, *BY_RULE}
    done: list[int] = []

    def store(number: int) -> bool:
        done.append(number)
        return number != 2

    # Code that Numba puts into a folder of its own is not in this one.
    entry = Mock(**{"stats.cache_path": f"{tmp_path}/numba/native_0"})
    monkeypatch.setattr("engine.kernel.ahead.stored_entry_point", lambda *_: entry)
    assert not _store(0)
    monkeypatch.setattr("engine.kernel.ahead.ProcessPoolExecutor", lambda *_, **__: ThreadPoolExecutor(1))
    monkeypatch.setattr("engine.kernel.ahead._store", store)
    monkeypatch.setenv(SETTING, str(tmp_path))
    persistent_folder().mkdir()
    assert not store_side_by_side()
    assert (done, [*persistent_folder().iterdir()]) == ([*range(len(LONGEST_FIRST))], [])
    monkeypatch.setattr("engine.kernel.ahead._store", lambda _: True)
    assert store_side_by_side()
    assert all(has_code(persistent_folder(), by_rule=by_rule) for by_rule in (False, True))
