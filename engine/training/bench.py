"""The bench: a network, an ideal, a seed and a checkpoint.

`learn` goes on from the current net; only `rollback_net` goes back. After a rollback `bench.net` is a new network, so a
variable that still holds the old one holds another network: inspect `bench.net`.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import dill
import numpy as np

from engine.base.metrics import first_divergence, potential
from engine.base.numerics import FloatArray
from engine.data.inputs import draw_inputs
from engine.data.table import Table
from engine.data.targets import resolve_target
from engine.errors import NoCheckpointError, NoFactsError
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

    def plot_learning(self, n: int) -> Any:
        """Learns n samples from the current net on, and draws their losses over a log axis: a Plotly figure."""
        return losses_figure(np.array(self.learn(n)))

    def knobs_plot_learning(self, n: int) -> Any:
        """The page on this very bench, opened in the browser: its knobs, and n samples learned from the checkpoint.

        Returns at once an object with `.url` and `.stop()`. A missing checkpoint is taken first; `net` stays as it is.
        """
        return opened_page(self, n)

    def _trained(self, net: Network, n: int) -> FloatArray:
        samples = list(self.training_data_gen(n))
        return net.train([x for x, _ in samples], [expected for _, expected in samples])
