"""A task in Python gives points between 0 and 1; `tests/test_tutorial.py` has a kernel run one in a notebook."""

import re

import pytest

import nnbench
from engine import AffinityLayer, BenchError, DrawnWeights, Network, NNBench


def test_the_points_go_from_0_to_1_and_a_bench_of_another_network_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    task = nnbench.task("alpha-and-luck", 1)
    points = [task.check(task.bench(alpha=alpha)) for alpha in (0.01, 0.05, 0.1, 0.2)]
    assert points[0] == 0.0
    assert points == sorted(points)
    assert points[-1] == 1.0
    assert task.check(task.bench(alpha=0.2, momentum=0.5)) == 0.0
    assert task.check(task.bench(alpha=0.2), samples=301) == 0.0
    net = Network()
    net.extend(AffinityLayer(2, 2, seed=1))
    assert task.check(NNBench(net)) == 0.0
    assert capsys.readouterr().out.endswith("The bench has another network than this task: begin with task.bench().\n")
    turned = task.bench(alpha=0.2)
    turned.net.layers[0].M[:] = 9.0
    turned.checkpoint_net()
    assert task.check(turned) == 0.0
    assert task.grade(task.bench(alpha=0.1), 10) == 10 * points[2]
    with pytest.raises(BenchError, match="no points"):
        task.grade(task.bench(), 10)
    seeds = nnbench.task("alpha-and-luck", 6)
    assert [seeds.check(seeds.bench(weights=DrawnWeights(seed))) for seed in (7, 1)] == [0.0, 1.0]
    choice = nnbench.task("alpha-and-luck", 2)
    assert [choice.check(f"choice 3 reason {k}") for k in (2, 1)] == [1.0, 0.5]
    assert "choice 3: It rises" in choice._repr_html_()
    with pytest.raises(BenchError, match="Step 11 of this lesson is no task; its tasks are 1, 2, "):
        nnbench.task("alpha-and-luck", 11)
    with pytest.raises(BenchError, match=re.escape("The package has alpha-and-luck, overfitting.")):
        nnbench.task("nowhere.json", 1)
