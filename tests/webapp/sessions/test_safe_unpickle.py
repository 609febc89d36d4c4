"""Only a network of ours is opened, and nothing that the bytes name is run."""

import io
import itertools
import os
import pickle
import pickletools
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import dill
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine import CATALOGUE, AffinityLayer, IdentityLayer, MapLayer, Network
from engine.activations import ACTIVATIONS
from engine.layers.faulty_layers import LeftMultiplied, MistakenMap
from tests.engine.asserting import refuses
from webapp.sessions.safe_unpickle import (
    ALLOWED,
    FORMER_MODULES,
    NDARRAY,
    RECONSTRUCT,
    Float64,
    Marker,
    UnpickleRefused,
    array,
    load_network,
    number,
)

MOST = 1_000_000


def opened(value: object, most: int = MOST) -> Network:
    return load_network(dill.dumps(value), most)


def network(*layers: object) -> Network:
    net = Network()
    net.layers = list(layers)
    return net


def same(one: Network, other: Network) -> bool:
    pairs = list(zip(one.layers, other.layers, strict=True))
    return one.alpha == other.alpha and all(
        type(a) is type(b)
        and getattr(a, "name", None) == getattr(b, "name", None)
        and {name: array.tobytes() for name, array in a.parameters.items()}
        == {name: array.tobytes() for name, array in b.parameters.items()}
        for a, b in pairs
    )


def test_every_network_comes_back_to_the_bit_and_frozen_by_exactly_the_allowed_names() -> None:
    for key in CATALOGUE:
        net = CATALOGUE[key].experiment.network()
        assert same(opened(net), net)
    for name in ACTIVATIONS:
        layer = opened(network(MapLayer(name))).layers[0]
        assert layer.name == name
        assert layer(np.array([0.3, -2.0])).tobytes() == MapLayer(name)(np.array([0.3, -2.0])).tobytes()
    for text in ["x*x/2", "  where(x>0, x, 0.1*x) ", "3"]:
        layer = opened(network(MapLayer(text))).layers[0]
        assert layer.name == text.strip()
        assert layer(np.array([0.3, -2.0])).tobytes() == MapLayer(text)(np.array([0.3, -2.0])).tobytes()
    net = network(LeftMultiplied(3, 3, 1), MistakenMap())
    back = opened(net)
    assert same(back, net)
    assert back.layers[1].function is net.layers[1].function
    net = network(AffinityLayer(2, 3, 1), AffinityLayer(3, 2, 1))
    net.layers[0].freeze([0, 8])
    assert [layer.frozen for layer in opened(net).layers] == [(0, 8), ()]
    for frozen in [(9,), (-1,), (True,), (0.0,), ("0",), [0], {0: 1}, "0"]:
        net = network(AffinityLayer(2, 3, 1))
        net.layers[0].frozen = frozen
        refuses(UnpickleRefused, opened, net, match="frozen")
    net = network(LeftMultiplied(2, 2, 1))
    net.layers[0].__dict__ |= AffinityLayer(2, 3).__dict__
    refuses(UnpickleRefused, opened, net, match="not square")
    net = network(AffinityLayer(2, 2), MapLayer("tanh"), IdentityLayer(), LeftMultiplied(2, 2), MistakenMap())
    net.alpha = np.float64(0.25)
    asked: set[tuple[str, str]] = set()

    class Listening(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            asked.add((module, name))
            return super().find_class(module, name)

    Listening(io.BytesIO(dill.dumps(net))).load()
    former = {(module, name) for module, name in ALLOWED if module in FORMER_MODULES}
    assert asked == set(ALLOWED) - former


@given(n=st.integers(1, 9), m=st.integers(1, 9), seed=st.integers(0, 2**32 - 1))
def test_any_affine_layer_comes_back_to_the_bit(n: int, m: int, seed: int) -> None:
    net = network(AffinityLayer(n, m, seed), IdentityLayer(), AffinityLayer(m, n, seed))
    assert same(opened(net), net)


def test_loaded_networks_learn_as_stored_ones_and_keep_odd_numbers() -> None:
    facts = [([0.5, -1.0], [1.0, 0.0]), ([2.0, 0.25], [0.0, 1.0])] * 20
    net = network(AffinityLayer(2, 3, 1), MapLayer("tanh"), AffinityLayer(3, 2, 2))
    back = opened(net)
    assert net.losses(facts) == back.losses(facts)
    assert same(net, back)
    data = dill.dumps(network(AffinityLayer(2, 2)))
    one, two = load_network(data, MOST), load_network(data, MOST)
    one.layers[0].M[...] = 0
    assert np.all(two.layers[0].M != 0)
    layer = AffinityLayer(2, 3)
    layer._M = np.asfortranarray([[np.nan, np.inf], [-np.inf, -0.0], [5e-324, 1.0]])
    layer._b = np.arange(6.0)[::2]
    back = opened(network(layer)).layers[0]
    assert (back.M.tobytes(), back.b.tolist()) == (np.ascontiguousarray(layer.M).tobytes(), [0.0, 2.0, 4.0])
    assert back.M.flags.writeable
    net = network()
    net.alpha = np.float64(0.25)
    back = opened(net)
    assert (back.alpha, type(back.alpha)) == (0.25, float)


class Calls:
    """Pickles as a call, the way attacks do."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self.call = (function, arguments)

    def __call__(self) -> None:
        """Puts one call in the place of the function of another."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.call


class Poisoned(Network):
    """A network of a class that is not ours."""


ATTACKS: dict[str, object] = {
    "os.system": Calls(os.system, "touch {path}"),
    "builtins.eval": Calls(eval, "__import__('os').mkdir({path!r})"),
    "builtins.exec": Calls(exec, "import os; os.mkdir({path!r})"), "os.mkdir": Calls(os.mkdir, "{path}"),
    "builtins.open": Calls(open, "{path}", "w"), "builtins.getattr": Calls(getattr, Network, "__init__"),
    "a chain of getattr": Calls(Calls(getattr, Calls(__import__, "os"), "system"), "touch {path}"),
    "subprocess.Popen": Calls(subprocess.Popen, ["touch", "{path}"]),
    "a lambda": lambda: 1, "an own class": Poisoned(),
    "dill's _import_module": Calls(dill._dill._import_module, "os.system"),
    "dill's _get_attr": Calls(dill._dill._get_attr, os, "system"),
    "dill's _create_type": Calls(dill._dill._create_type, type, "X", (), {}),
    "dill's _load_type": Calls(dill._dill._load_type, "CodeType"), "numpy.load": Calls(np.load, "{path}"),
    "numpy's fromfile": Calls(np.fromfile, "{path}"), "a module": sys,
}  # fmt: skip


def with_path(value: object, path: str) -> object:
    if isinstance(value, str):
        return value.replace("{path!r}", repr(path)).replace("{path}", path)
    if isinstance(value, Calls):
        return Calls(with_path(value.call[0], path), *(with_path(one, path) for one in value.call[1]))  # type: ignore[arg-type]
    return [with_path(one, path) for one in value] if isinstance(value, list) else value


def test_an_attack_is_refused_and_not_run_and_works_where_nothing_stops_it(tmp_path: Any) -> None:
    for place in ["alone", "as a layer", "as alpha", "as a function"]:
        for attacking in ATTACKS.values():
            target = tmp_path / "owned"
            attack = with_path(attacking, str(target))
            value: Any = network(AffinityLayer(2, 2), MapLayer("tanh"))
            if place == "alone":
                value = attack
            elif place == "as a layer":
                value.layers.append(attack)
            elif place == "as alpha":
                value.alpha = attack
            else:
                value.layers[1]._own = (attack, attack)
            refuses(UnpickleRefused, opened, value, match=r"^The checkpoint .*\.$")
            assert not target.exists()
    for name in ("os.system", "os.mkdir", "builtins.eval", "builtins.exec"):
        target = tmp_path / name
        dill.loads(dill.dumps(with_path(ATTACKS[name], str(target))))
        assert target.exists()


OPCODES: dict[str, bytes] = {
    "GLOBAL": b"cos\nsystem\n(S'true'\ntR.", "INST": b"(S'true'\nios\nsystem\n.", "OBJ": b"(cos\nsystem\nS'true'\no.",
    "a dotted name": b"\x80\x04\x8c\x0eengine.network\x8c\x18Network.__init__.__globals__\x93.",
    "a module's own module": b"\x80\x04\x8c\x0dengine.layers\x8c\x02np\x93.",
    "an extension": b"\x82\x01.", "a persistent id": b"Pos.system\n.", "a buffer": b"\x80\x05\x97.",
    "no end": pickle.dumps([1])[:-1], "nothing": b"", "text": b"hello",
    "a recursive tuple": b"\x80\x04)\x94" + b"h\x00\x85\x94" * 3000 + b".",
}  # fmt: skip


def test_what_is_no_network_and_allowed_names_with_hostile_arguments_are_refused() -> None:
    for written in OPCODES.values():
        refuses(UnpickleRefused, load_network, written, MOST)
    for harm in HARMED.values():
        refuses(UnpickleRefused, opened, broken_network(harm))
    for value in [5, "text", None, [Network()], AffinityLayer(2, 2), np.zeros(3), 0.5]:
        refuses(UnpickleRefused, opened, value)
    net = network(AffinityLayer(2, 2))
    data = dill.dumps(net)
    assert same(load_network(data, len(data)), net)
    refuses(UnpickleRefused, load_network, data, len(data) - 1, match=r"at most .* are opened")
    reconstruct, create = np._core.multiarray._reconstruct, dill._dill._create_array  # type: ignore[attr-defined]
    state = (1, (10**6, 10**6), np.dtype("f8"), False, b"")
    for value in (
        Calls(create, reconstruct, (np.ndarray, (0,), b"b"), state, None),
        Calls(reconstruct, np.ndarray, (10**12,), b"b"), Calls(np.ndarray, (10**12,)), Calls(np.dtype, "O"),
        Calls(create, AffinityLayer, (256, 256), (1, (1,), np.dtype("f8"), False, bytes(8)), None),
        Calls(AffinityLayer, 10**9, 10**9), Calls(MapLayer, Network, Network),
    ):  # fmt: skip
        refuses(UnpickleRefused, opened, network(value))


STATES: dict[str, object] = {
    name: (None, {name: 5}) for name in ("owned", "__new__", "__setstate__", "__init__", "__defaults__", "parameters")
} | {"a dict": {"owned": 5}}  # fmt: skip


def built(module: str, name: str, state: object) -> bytes:
    """A pickle that puts a state into the object of this name."""
    return b"\x80\x02" + f"c{module}\n{name}\n".encode() + pickle.dumps(state, 2)[2:-1] + b"b."


def test_a_state_for_an_allowed_name_itself_is_refused_and_changes_nothing() -> None:
    net = network(AffinityLayer(2, 2, 1), MapLayer("tanh"), IdentityLayer(), LeftMultiplied(2, 2, 1), MistakenMap())
    kept = [Network, *map(type, net.layers), array, number, Float64, RECONSTRUCT, NDARRAY, Marker]
    before = [attributes_of(one) for one in kept]
    for (module, name), state in itertools.product(ALLOWED, STATES.values()):
        refuses(UnpickleRefused, load_network, built(module, name, state), MOST)
        assert [attributes_of(one) for one in kept] == before
        assert same(opened(net), net)


def attributes_of(found: Any) -> dict[str, object]:
    """All attributes that a state could change."""
    return {**getattr(found, "__dict__", {}), "defaults": getattr(found, "__defaults__", None)}


def broken_network(harm: Callable[[Network], object]) -> Network:
    net = network(AffinityLayer(2, 3, 1), MapLayer("tanh"), IdentityLayer())
    harm(net)
    return net


HARMED: dict[str, Callable[[Network], object]] = {
    "float32 parameters": lambda net: setattr(net.layers[0], "_M", np.zeros((3, 2), np.float32)),
    "integer parameters": lambda net: setattr(net.layers[0], "_b", np.zeros(3, np.int64)),
    "objects as parameters": lambda net: setattr(net.layers[0], "_b", np.array([1, "a", None], object)),
    "big-endian parameters": lambda net: setattr(net.layers[0], "_b", np.zeros(3, ">f8")),
    "a list as parameters": lambda net: setattr(net.layers[0], "_b", [1.0, 2.0, 3.0]),
    "another shape": lambda net: setattr(net.layers[0], "_M", np.zeros((2, 3))),
    "another stated width": lambda net: setattr(net.layers[0], "inputs", 5),
    "no parameters": lambda net: delattr(net.layers[0], "_M"),
    "text as alpha": lambda net: setattr(net, "alpha", "0.1"), "no alpha": lambda net: delattr(net, "alpha"),
    "a tuple of layers": lambda net: setattr(net, "layers", tuple(net.layers)),
    "a number as a layer": lambda net: net.layers.append(5),
    "a network as a layer": lambda net: net.layers.append(Network()),
    "a class as a layer": lambda net: net.layers.append(AffinityLayer),
    "too many layers": lambda net: setattr(net, "layers", [IdentityLayer() for _ in range(65)]),
    "own functions": lambda net: net.layers.append(MapLayer(np.tanh, np.cos)),
    "a function that no table has": lambda net: setattr(
        net.layers[1], "function", replace(net.layers[1].function, name="nosuch")
    ),
}  # fmt: skip


def letters_of(data: bytes) -> list[int]:
    """The places of all letters of names and of all bytes of arrays; what frames them is left out."""
    return [
        place
        for code, text, start in pickletools.genops(data)
        if code.name in ("SHORT_BINUNICODE", "SHORT_BINBYTES")
        for place in range((start or 0) + 2, (start or 0) + 2 + len(text or ""))
    ]


def test_changing_any_letter_gives_a_refusal_or_a_network_still() -> None:
    data = dill.dumps(network(AffinityLayer(2, 3, 1), MapLayer("tanh"), AffinityLayer(3, 2, 2)))
    outcomes: list[type] = []
    for place, flip in itertools.product(letters_of(data), (1, 2, 32, 95)):
        harmed = data[:place] + bytes([data[place] ^ flip]) + data[place + 1 :]
        try:
            outcomes.append(type(load_network(harmed, MOST)))
        except UnpickleRefused:
            outcomes.append(UnpickleRefused)
    assert set(outcomes) == {Network, UnpickleRefused}
    assert len(outcomes) > 1000
