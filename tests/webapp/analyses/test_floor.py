"""The floor of the shown run comes in pieces, and is that of the engine."""

import json
from dataclasses import replace
from typing import Any

from engine import CATALOGUE, Affinity, DrawnWeights, Experiment, Map, floor, why
from engine.experiments.edits import freeze
from tests.engine.asserting import refuses
from tests.webapp.asking import not_none
from webapp.analyses.outcomes.floor import SHOWN, TOO_LONG, floor_piece
from webapp.base.validation import Malformed
from webapp.bench.actions import PreparedRun

SMALL = Experiment((Affinity(2, 2), Map("tanh"), Affinity(2, 1)), ("v0*v1",), DrawnWeights(2), samples=60)


def asked(experiment: Experiment, piece: int | None = None, best: int | None = None) -> dict[str, Any]:
    return floor_piece(PreparedRun(experiment, experiment.network()), {"piece": piece, "best": best})


def test_the_pieces_make_the_engines_floor_and_what_is_known_without_fits_comes_at_once() -> None:
    pieces = asked(SMALL)["pieces"]
    losses = [asked(SMALL, piece)["loss"] for piece in range(pieces)]
    found, engines = asked(SMALL, best=losses.index(min(losses)))["floor"], floor(SMALL)
    assert {name: found[name] for name in SHOWN} == {name: getattr(engines, name) for name in SHOWN}
    assert engines.witness is not None
    assert found["weights"] == json.loads(engines.witness.to_json())["weights"]
    one_layer = replace(CATALOGUE["xor-one-layer"].experiment, layers=(Affinity(2, 1), Map("1*tanh(x)")))
    pieces = asked(one_layer)["pieces"]
    losses = [asked(one_layer, piece)["loss"] for piece in range(pieces)]
    cause = asked(one_layer, best=losses.index(min(losses)))["cause"]
    named = not_none(why(one_layer, floor=floor(one_layer)))
    assert (cause["reason"], cause["sentence"]) == ("shape", named.sentence)
    assert asked(SMALL, best=0)["cause"] is None
    dense = CATALOGUE["affine-identity"].experiment
    reply = asked(dense)
    assert reply["pieces"] == 0
    assert reply["floor"]["exact"]
    assert reply["floor"]["weights"]["kind"] == "given"
    assert asked(freeze(dense, 0))["floor"]["weights"] is None, "no weight can change"
    assert asked(replace(CATALOGUE["spiral"].experiment, samples=1_000_000)) == {"none": TOO_LONG}
    for plain in [{}, {"piece": 99, "best": None}, {"piece": -1, "best": None}, {"piece": 0.5, "best": 0}]:
        refuses(Malformed, floor_piece, PreparedRun(SMALL, SMALL.network()), plain)
