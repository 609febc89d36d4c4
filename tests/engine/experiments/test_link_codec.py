"""Experiments as named texts: what is written is read back to the bit, what cannot be read is told in a sentence."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from engine import Affinity, DrawnWeights, Experiment, GivenWeights, Identity, Map, Table
from engine.errors import ExperimentError
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.link_codec import from_texts, to_texts
from tests.engine.asserting import refuses
from tests.engine.strategies import SOME, experiments

BASE = CATALOGUE[FIRST].experiment


@SOME
@given(experiment=experiments(), base=st.sampled_from([row.experiment for row in CATALOGUE.values()]))
def test_an_experiment_comes_back_to_the_bit_from_any_base(experiment: Experiment, base: Experiment) -> None:
    if isinstance(experiment.inputs, Table):
        refuses(ExperimentError, to_texts, experiment, base, match="does not fit into a link")
        return
    read, said = from_texts(to_texts(experiment, base), base)
    assert (said, repr(read)) == ([], repr(experiment))


def test_a_turned_knob_reads_as_one_would_type_it_and_weights_are_numbers_packed_or_a_seed() -> None:
    texts = to_texts(replace(BASE, alpha=0.252, seed=4), BASE)
    assert texts == {"alpha": "0.252", "samples": "300", "seed": "4", "v": "1"}
    layers = (
        Affinity(2, 4, frozen=True, draw=7), Map("tanh"), Identity(), Affinity(4, 4, (0, 19), left_multiplied=True),
        Map("x*x/2"),
    )  # fmt: skip
    texts = to_texts(replace(BASE, layers=(*layers, Affinity(4, 2))), BASE)
    assert texts["layers"] == "2:4:draw7:frozen~tanh~identity:~4:4:left:frozen:0:19~x*x/2~4:2"
    short = GivenWeights(((((1.0, 0.0), (0.0, 1.0)), (0.0, 0.0)),))
    assert to_texts(replace(BASE, weights=short), BASE)["given"] == "1,0,0,1,0,0"
    long = GivenWeights(((((0.1 + 0.2, 1 / 3), (2 / 3, 1 / 7)), (1 / 9, 1 / 11)),))
    assert len(to_texts(replace(BASE, weights=long), BASE)["packed"]) == 64
    for weights in (short, long, GivenWeights(((((1.0, -0.0), (5e-324, 0.1)), (1e300, -2.5)),))):
        experiment = replace(BASE, weights=weights)
        assert repr(from_texts(to_texts(experiment, BASE), BASE)[0]) == repr(experiment)
    assert to_texts(replace(BASE, weights=DrawnWeights(7, "xavier")), BASE)["scheme"] == "xavier"
    assert from_texts({"weights": "7"}, replace(BASE, weights=DrawnWeights(1, "he")))[0].weights == DrawnWeights(7)


def test_nonsense_is_told_in_one_sentence_and_what_can_be_read_counts_beside_it() -> None:
    for texts, sentence in [
        ({"alpha": "fast"}, "The link says alpha 'fast'. α must be a number above 0, at most 1e300. Showing 0.1"),
        *(({"alpha": alpha}, "α must be a number above 0") for alpha in ("nan", "1e999", "1_0", "0,3,1")),
        ({"samples": "0"}, "Samples are a whole number from 1 to 1,000,000. Showing 300 instead."),
        *(({"samples": samples}, "Samples are a whole number from 1 to 1,000,000.") for samples in ("3.5", "9" * 5000)),
        ({"seed": "-1"}, "Seeds are whole numbers from 0 to 4,294,967,295, not '-1'. Showing 3 instead."),
        ({"y0": "v0*v1"}, "The link has a formula y0 without target=own, and its formulas were not read."),
        ({"seed": "²"}, "Seeds are whole numbers"), ({"weights": "x"}, "Seeds are whole numbers"),
        ({"filter": "green"}, "The filter is one of raw, low pass, both."),
        ({"inputs": "dice"}, "There is no way to draw inputs called 'dice'."),
        ({"target": "moon"}, "The link's target is none of identity"), ({"target": "own"}, "no formula y0"),
        ({"target": "own", "y0": "__import__('os')"}, "is no character of a formula"), ({"layers": "2:2~tonh"}, "tonh"),
        ({"layers": "2:x~tanh"}, "A layer takes and gives from 1 to 256 numbers, not 'x'."),
        ({"layers": "2:2:melted"}, "A dense one is written 2:4."), ({"layers": "2:2:drawx"}, "whole number"),
        ({"layers": "2:2:draw1~2:2"}, "the same draw number"), ({"layers": "2:2:frozen:9"}, "What is frozen"),
        ({"layers": "2:3"}, "The last layer gives 3 numbers, the target has 2."),
        ({"layers": "~".join(["tanh"] * 65)}, "A network has at most 64 layers"),
        ({"scheme": "lucky"}, "There is no way to draw weights called 'lucky'."),
        ({"given": "1,2"}, "The link has 2 weights, and its network 6."),
        ({"given": "1,2,3,4,5,inf"}, "Weights are finite numbers."),
        ({"packed": "AAAA"}, "cut short or damaged"), ({"packed": "ÄÖÜ"}, "cut short or damaged"),
        ({"layers": "2:9999999999~9999999999:2", "given": "1"}, "The link has 1 weights"),
        ({"optimiser": "adam"}, "The link says 'optimiser', which was not read: the name is optimizer."),
        ({"v": "2", "alpha": "0.3"}, "This link is of version '2', and this bench reads version 1."),
    ]:  # fmt: skip
        read, (said,) = from_texts(texts, BASE)
        assert read == BASE, texts
        assert sentence in said
    _, said_of_seed = from_texts({"seed": "x"}, replace(BASE, seed=2**32 - 1))
    assert said_of_seed[0].endswith(" Showing 4,294,967,295 instead."), "a default is grouped"
    read, sentences = from_texts({"target": "swap", "y0": "v0", "y1": "v1"}, BASE)
    assert read.ideal == "swap"
    assert sentences == ["The link has a formula y0 without target=own, and its formulas were not read."]
    read, sentences = from_texts({"alpha": "0,3", "samples": "2,000", "seed": " 7 "}, BASE)
    assert (read.alpha, read.samples, read.seed, sentences) == (0.3, 2_000, 7, [])
    read, (_, _) = from_texts({"alpha": "0.3", "seed": "x", "layers": "?", "fbclid": "decoration"}, BASE)
    assert read == replace(BASE, alpha=0.3)
    of_the_page = "title prompt hide only view stage ask row measure set cell along class through unit predict looks"
    others = f"{of_the_page} lesson present embed task run saved twins floor scores look which decided compare date"
    assert from_texts(dict.fromkeys(others.split(), "1"), BASE) == (BASE, [])
    table = CATALOGUE["three-facts"].experiment
    read, sentences = from_texts({"target": "swap", "inputs": "normal"}, table)
    assert (read.ideal, read.inputs, sentences) == ("swap", "normal", [])
    read, sentences = from_texts({"target": "swap"}, table)
    assert read == table
    assert "replaces half of a table" in sentences[0]
