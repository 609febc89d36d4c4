"""The symmetries of a hidden unit are measured, and hold for its activation itself."""

import math

from engine.activations import ACTIVATIONS
from engine.comparison.symmetry import BOTH, INCOMING, NONE, Symmetry, symmetries_of, symmetry_of
from engine.layers.faulty_layers import MistakenMap
from engine.layers.layers import AffinityLayer, IdentityLayer, MapLayer

FREE, ODD, EVEN = Symmetry((NONE, BOTH), scale=True), Symmetry((NONE, BOTH)), Symmetry((NONE, INCOMING))
SCALED, FIXED = Symmetry(scale=True), Symmetry()

KNOWN = {
    "identity": FREE, "tanh": ODD, "sigmoid": FIXED, "relu": SCALED, "leaky relu": SCALED, "softplus": FIXED,
    "elu": FIXED, "gelu": FIXED, "silu": FIXED, "gaussian": EVEN, "sin": ODD, "square/2": EVEN, "double": FREE,
    "plus one": FIXED,
}  # fmt: skip


def test_every_activation_is_known_and_those_one_after_the_other_have_the_symmetry_of_the_whole() -> None:
    assert {name: symmetry_of([MapLayer(name)]) for name in ACTIVATIONS} == KNOWN
    wholes: dict[tuple[str, ...], Symmetry] = {
        (): FREE, ("tanh", "sin"): ODD, ("tanh", "gaussian"): EVEN, ("sin", "sigmoid"): FIXED,
        ("relu", "double"): SCALED, ("relu", "tanh"): FIXED, ("double", "identity"): FREE, ("x*x*x",): ODD,
        ("abs(x)",): Symmetry((NONE, INCOMING), scale=True), ("where(x>0, 2*x, 0.1*x)",): SCALED, ("log(x)",): FIXED,
        # A silent unit is at 0 for every sample, so a function that is odd but at zero is not odd.
        ("where(x == 0, 1, x)",): FIXED,
    }  # fmt: skip
    assert {names: symmetry_of([MapLayer(name) for name in names]) for names in wholes} == wholes
    assert symmetry_of([MapLayer(math.sinh, math.cosh)]) == ODD
    assert symmetry_of([MapLayer(lambda x: max(x, 0.0), lambda x: float(x > 0))]) == SCALED
    assert symmetry_of([MistakenMap()]) == SCALED


def test_each_hidden_layer_has_a_symmetry_but_none_in_two_places_or_of_ones_own_class() -> None:
    layers = [
        MapLayer("tanh"), AffinityLayer(2, 3, seed=1), IdentityLayer(), MapLayer("relu"), AffinityLayer(3, 3, seed=2),
        AffinityLayer(3, 2, seed=3), MapLayer("sigmoid"),
    ]  # fmt: skip
    assert (symmetries_of(layers), symmetries_of(layers[:1])) == ([SCALED, FREE], [])
    assert symmetries_of([layers[1]]) == []

    class Own(AffinityLayer):
        """A dense layer, as far as anybody knows."""

    layer = AffinityLayer(2, 2, seed=1)
    assert symmetries_of([layer, MapLayer("tanh"), layer]) is None
    assert symmetries_of([AffinityLayer(2, 2, seed=1), Own(2, 2, seed=2)]) is None
