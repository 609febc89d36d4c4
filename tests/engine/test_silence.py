"""Importing and using the engine says nothing on the console, even where every warning is an error."""

import subprocess
import sys

SETTING = """
from engine import *
def bench_of(*layers, alpha=0.1):
    net = Network()
    net.layers, net.alpha = list(layers), alpha
    return NNBench(net)
def diverging():
    return bench_of(AffinityLayer(2, 2, seed=1), MapLayer("square/2"), alpha=1e200)
"""

SCRIPTS = (
    # Plotting a run of nothing but nan.
    "bench = diverging(); bench.net.layers[0].M[:] = np.nan; bench.plot_learning(50).to_json()",
    # Diverging, on the readable layers, and with functions of one's own.
    "bench = diverging(); assert np.isnan(bench.net.losses(bench.training_data_gen(50))[-1])",
    ("bench = bench_of(AffinityLayer(2, 2, seed=1), MapLayer(lambda x: x * x / 2, lambda d: d), alpha=1e200)\n"
     "assert np.isnan(bench.learn(50)[-1])"),
    # A diverged net's responses, the potential of a loss of 0, and an ideal outside its domain.
    "bench = diverging(); bench.learn(3); bench.net([1, 2]); bench.net.respond(np.ones((40, 2)))",
    "assert bench_of(IdentityLayer()).learning_potential() == np.inf",
    "bench = diverging(); bench.ideal = np.log; assert np.isnan(bench.learn(50)[-1])",
    # Every experiment of the catalogue at any alpha.
    ("from dataclasses import replace\n"
     "for row in CATALOGUE.values():\n"
     "    for alpha in (1e-61, 0.5, 1e300):\n"
     "        each = replace(row.experiment, alpha=alpha, samples=50, decay=0.0)\n"
     "        run(each, each.network())\n"),
    # Many steps under a rule, where NumPy is told to raise for all that it would pass over.
    ("from dataclasses import replace\n"
     "with np.errstate(all='raise'):\n"
     "    each = replace(CATALOGUE['circle-decay'].experiment, samples=9_000)\n"
     "    run(each, each.network())"),
    # A first loss near the end of the numbers, and layers by themselves there.
    ("from engine.experiments.experiment import Affinity, GivenWeights\n"
     "huge = GivenWeights(((((1e152, 0.0), (0.0, 1e152)), (0.0, 0.0)),))\n"
     "each = Experiment((Affinity(2, 2),), 'swap', huge)\n"
     "assert run(each, each.network()).losses[0] > 1e303"),
    ("affine, squared = AffinityLayer(2, 2), MapLayer('square/2')\n"
     "affine.M = [[1e300, -1e300], [1e300, 1e300]]\n"
     "assert affine([1e300, 1e300])[1] == np.inf\n"
     "assert squared([1e200, 1.0])[0] == np.inf\n"
     "affine.backprop([1e300, -1e300]), squared.backprop([1e300, -1e300])"),
    # A gradient check of a net that has diverged.
    ("from engine.checks.gradcheck import network_difference\n"
     "bench = diverging(); bench.learn(50); network_difference(bench.net, [1, 2], [3, 4])"),
)  # fmt: skip


NOTICED = 3
PROGRAM = f"""
import engine, engine.checks.gradcheck, engine.training.plotting
{SETTING}
for script in {SCRIPTS!r}:
    exec(script)
try:
    np.log(np.zeros(1))
except RuntimeWarning:
    raise SystemExit({NOTICED})
"""


def test_importing_and_using_the_engine_is_silent_and_a_warning_would_be_noticed() -> None:
    command = [sys.executable, "-W", "error", "-c", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", NOTICED)
