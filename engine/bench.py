"""The bench: a network, an ideal, a seed and a checkpoint.

`learn` goes on from the current net; only `rollback_net` goes back. After a rollback `bench.net` is a new network, so a
variable that still holds the old one holds another network: inspect `bench.net`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import dill
import numpy as np

from engine.base.metrics import first_divergence, potential
from engine.base.numerics import FloatArray
from engine.data.inputs import draw_inputs
from engine.data.table import Table
from engine.data.targets import Target, resolve_target
from engine.errors import NoCheckpointError, NoFactsError
from engine.experiments.experiment import Experiment
from engine.experiments.run import Samples
from engine.outcomes.failure import why_from
from engine.training.network import Network
from engine.training.plotting import losses_figure, opened_page

NOTEBOOK_WIDTH = 2
"""The number of inputs when no layer states it: the notebook draws `randn(2)`."""


class NNBench:
    """A network on the bench, which learns `ideal`: samples are (x, ideal(x)), with x drawn from `seed`.

    The ideal is a function, or text as an experiment takes it: a target's name, "[v1, v0]" or ["v1", "v0"]. `inputs`
    names their distribution, or is a table of samples, which needs no ideal.
    """

    def __init__(
        self,
        net: Network,
        ideal: Callable[[Any], Any] | str | Sequence[str] = lambda x: x,
        inputs: str | Table = "normal",
    ) -> None:
        self.net = net
        self.ideal: Callable[[Any], Any] = ideal if callable(ideal) else resolve_target(ideal)
        self.inputs = inputs
        self.seed = 3
        self.net_checkpoint: bytes | None = None

    def checkpoint_net(self) -> None:
        """Stores the current net as dill bytes."""
        self.net_checkpoint = dill.dumps(self.net)

    def rollback_net(self) -> None:
        """Makes the current net what the checkpoint holds."""
        if self.net_checkpoint is None:
            raise NoCheckpointError("There is no checkpoint to roll back to. Call checkpoint_net() first.")
        self.net = dill.loads(self.net_checkpoint)  # noqa: S301 - its own bytes, taken on this bench

    def training_data_gen(self, n: int) -> Iterator[tuple[FloatArray, Any]]:
        """The first n samples of the seed; the same ones at every call."""
        if isinstance(self.inputs, Table):
            yield from zip(*self.inputs.facts(self.seed, int(n)), strict=True)
            return
        for x in draw_inputs(self.inputs, self.seed, int(n), self.net.inputs or NOTEBOOK_WIDTH):
            with np.errstate(all="ignore"):
                expected = self.ideal(x)
            yield x, expected

    def learn(self, n: int = 100) -> list[float]:
        """Learns n samples from the current net on, and returns their n losses."""
        learned: list[float] = self._trained(self.net, n).tolist()
        return learned

    def learning_potential(self, n: int = 100, alpha: float | None = None) -> float:
        """−ln of the last loss after n samples from the net as it is now; the net and its alpha stay as they are.

        +inf for loss 0; −inf when the run diverged at any step, even if its last loss is finite.
        """
        net: Network = dill.loads(dill.dumps(self.net))  # noqa: S301 - its own bytes
        if alpha is not None:
            net.alpha = alpha
        losses = self._trained(net, n)
        if not losses.size:
            raise NoFactsError("A learning potential needs at least one fact.")
        return potential(losses[-1], first_divergence(losses))

    def explain(self, n: int = 100, alpha: float | None = None) -> str | None:
        """Why learning n samples from the checkpoint fails, in one sentence; None for a run that learns.

        None too for a failure without a known cause; `engine.why` states the causes. The weights are those of the
        checkpoint, or of the net as it is where there is none, and alpha is that of `net` unless another is given. The
        ideal is called once for each sample, and the bench stays as it is. NoFactsError for n below 1; what `learn`
        raises otherwise, ShapeError for example.
        """
        stored = dill.dumps(self.net) if self.net_checkpoint is None else self.net_checkpoint
        net: Network = dill.loads(stored)  # noqa: S301 - its own bytes
        samples = list(self.training_data_gen(n))
        if not samples:
            raise NoFactsError("An explanation needs at least one sample.")
        rows = [[part[side] for part in samples] for side in (0, 1)]
        net.copy().train(*rows)  # refuses what does not fit, as `learn` does
        X, T = (np.array(part, dtype=np.float64) for part in rows)
        facts = _Facts(X, T, float(self.net.alpha if alpha is None else alpha), self._formulas(T.shape[1]))
        cause = why_from(facts, net)
        return None if cause is None else cause.sentence

    def plot_learning(self, n: int) -> Any:
        """Learns n samples from the current net on, and draws their losses over a log axis: a Plotly figure."""
        return losses_figure(np.array(self.learn(n)))

    def knobs_plot_learning(self, n: int) -> Any:
        """The page on this very bench, opened in the browser: its knobs, and n samples learned from the checkpoint.

        Returns at once an object with `.url` and `.stop()`. A missing checkpoint is taken first; `net` stays as it is.
        """
        return opened_page(self, n)

    def _formulas(self, outputs: int) -> tuple[str, ...]:
        """The target as it is read: the ideal's formulas, or for a function of your own its calls."""
        target = self.inputs.target if isinstance(self.inputs, Table) else self.ideal
        return target.formulas if isinstance(target, Target) else tuple(f"ideal(v)[{k}]" for k in range(outputs))

    def _trained(self, net: Network, n: int) -> FloatArray:
        samples = list(self.training_data_gen(n))
        return net.train([x for x, _ in samples], [expected for _, expected in samples])


@dataclass(frozen=True)
class _Facts:
    """What a bench has drawn: X of shape (n, inputs) and T of shape (n, outputs), and the α to learn them with."""

    X: FloatArray
    T: FloatArray
    alpha: float
    formulas: tuple[str, ...]

    @property
    def samples(self) -> int:
        return len(self.X)

    @property
    def width(self) -> int:
        return int(self.X.shape[1])

    @property
    def outputs(self) -> int:
        return int(self.T.shape[1])

    def fact_blocks(self) -> Iterator[Samples]:
        yield self.X, self.T


def bench_for(experiment: Experiment) -> NNBench:
    """A bench with the experiment's network, target, inputs and seed; its checkpoint is taken."""
    bench = NNBench(experiment.network(), experiment.target, experiment.inputs)
    bench.seed = experiment.seed
    bench.checkpoint_net()
    return bench
