"""The bench: a network, an ideal, a seed and a checkpoint.

`learn` goes on from the current net; only `rollback_net` goes back. After a rollback `bench.net` is a new network, so a
variable that still holds the old one holds another network: inspect `bench.net`.
"""

import difflib
import math
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from numbers import Real
from typing import Any

import dill
import numpy as np

from engine import kernel
from engine.base.metrics import first_divergence, potential
from engine.base.numerics import FloatArray
from engine.base.random_stream import random_stream
from engine.data.inputs import SAMPLES_LIMIT, draw_inputs, epoch_order
from engine.data.prepared_table import PreparedTable, check_distinct, check_held_out, check_test, prepared_table
from engine.data.samples import HELD_OUT_NOISE_STREAM, NOISE_STREAM, Samples, blurred, held_out_inputs, stream
from engine.data.table import Table
from engine.data.targets import Target, resolve_target
from engine.data.turns import Turns, check_without, passed_over
from engine.errors import (
    BenchError,
    DivergedWarning,
    NoCheckpointError,
    NoFactsError,
    OutOfRangeError,
    UnknownNameError,
    shown,
)
from engine.experiments.experiment import Experiment
from engine.experiments.knobs import DISTINCT, HELD_OUT, NOISE, SCALING, SPLIT, TEST, WITHOUT
from engine.outcomes.failure import why_from
from engine.outcomes.twins import TWINS
from engine.rules.rule import PLAIN, TrainingRule
from engine.training.mean_losses import mean_losses_of
from engine.training.network import Network, as_target
from engine.training.plotting import losses_figure, opened_page

OF_DATA = (NOISE, DISTINCT, HELD_OUT, SCALING, SPLIT, TEST, WITHOUT)
"""The knobs of a bench beside those of its training rule."""
NOTEBOOK_WIDTH = 2
"""The number of inputs when no layer states it: the notebook draws `randn(2)`."""


class NNBench:
    """A network on the bench, which learns `ideal`: samples are (x, ideal(x)), with x drawn from `seed`.

    The ideal is a function, or text as an experiment takes it: a target's name, "[v1, v0]" or ["v1", "v0"]. `inputs`
    names their distribution, or is a table of samples, which needs no ideal.

    `noise` blurs the inputs of the network, not those of the ideal. `distinct` is the number of different samples,
    which then repeat, each pass in another order. `held_out` is the number of further samples that the network never
    learns from. `scaling`, `split` and `test` say how a table is scaled, which of its rows are held out, and how many
    are kept for a test. `without` has the numbers, from 1, of rows or distinct samples that are passed over. All mean
    the same as for an `Experiment`; OutOfRangeError states the valid values.

    Fields of a `TrainingRule`, such as momentum=0.9, batch=16 or loss="huber", say how it learns. Each call of `learn`
    starts from rest. ExperimentError if the loss is not meant for the targets.
    """

    _has_warned = False

    def __init__(
        self,
        net: Network,
        ideal: Callable[[Any], Any] | str | Sequence[str] = lambda x: x,
        inputs: str | Table = "normal",
        *,
        noise: float = NOISE.default,
        distinct: int | None = DISTINCT.default,
        held_out: int = HELD_OUT.default,
        scaling: str = SCALING.default,
        split: str = SPLIT.default,
        test: int = TEST.default,
        without: Sequence[int] = WITHOUT.default,
        **rule: Any,
    ) -> None:
        _check_names(rule)
        if not isinstance(net, Network):
            raise BenchError(f"A bench holds a network, as Network() makes one, not {shown(net)}.")
        if not isinstance(inputs, (str, Table)):
            raise BenchError(
                f"Inputs are the name of a distribution or a table, such as Table(X, Y), not {shown(inputs)}."
            )
        self.net = net
        self.ideal: Callable[[Any], Any] = ideal if callable(ideal) else resolve_target(ideal)
        self.inputs = inputs
        self.noise = NOISE.check(noise)
        self.distinct = DISTINCT.check(distinct)
        self.held_out = HELD_OUT.check(held_out)
        self.scaling, self.split, self.test = SCALING.check(scaling), SPLIT.check(split), TEST.check(test)
        check_test(inputs, self.test)
        check_held_out(inputs, self.held_out, self.test)
        check_distinct(self.distinct, SAMPLES_LIMIT, inputs, self.held_out, self.split, self.test)
        self.rule = TrainingRule(**rule)
        self.seed = 3
        self.without = WITHOUT.check(without)
        check_without(self.prepared_inputs, self.distinct, self.without)
        self.net_checkpoint: bytes | None = None

    def __repr__(self) -> str:
        kept = "no checkpoint" if self.net_checkpoint is None else "a checkpoint"
        return f"NNBench of {self.net!r}; seed {self.seed}, {kept}"

    def checkpoint_net(self) -> None:
        """Stores the current net as dill bytes."""
        self.net_checkpoint = dill.dumps(self.net)

    def rollback_net(self) -> None:
        """Replaces the current net by the network of the checkpoint."""
        if self.net_checkpoint is None:
            raise NoCheckpointError("There is no checkpoint to roll back to. Call checkpoint_net() first.")
        self.net = dill.loads(self.net_checkpoint)  # noqa: S301 - its own bytes, taken on this bench

    def ideal_of(self, x: FloatArray) -> Any:
        """The ideal's answer to x; one that is a number is a vector of one."""
        with np.errstate(all="ignore"):
            return as_target(self.ideal(x))

    def training_data_gen(self, n: int) -> Iterator[tuple[FloatArray, Any]]:
        """The first n samples of the seed; the same ones at every call. OutOfRangeError unless n is a number from 0."""
        if not (isinstance(n, Real) and 0 <= n < math.inf):
            raise OutOfRangeError(f"A number of samples is 0 or more, not {shown(n)}.")
        n = int(n)
        samples = self._blurred(self._new_samples(n if self.distinct is None else self.distinct))
        if self.distinct is not None:
            few = list(samples)
            order = epoch_order(random_stream(self.seed), n, len(few), shuffled=True)
            samples = (few[k] for k in order)
        yield from samples

    def held_out_data_gen(self) -> Iterator[tuple[FloatArray, Any]]:
        """The held-out samples of the seed, which are never among those of `training_data_gen`."""
        if not self.held_out:
            return
        inputs = self.prepared_inputs
        if isinstance(inputs, PreparedTable):
            samples: Iterator[tuple[FloatArray, Any]] = zip(*inputs.held_out_samples, strict=True)
        else:
            X = held_out_inputs(inputs, self.seed, self.held_out, self._width)
            samples = self._with_targets(X)
        yield from self._blurred(samples, HELD_OUT_NOISE_STREAM)

    def held_out_loss(self) -> float:
        """The mean loss of the current net over the held-out samples; NoFactsError where there are none."""
        samples = list(self.held_out_data_gen())
        if not samples:
            raise NoFactsError("There are no held-out samples. Give held_out=300 to the bench, for example.")
        X, T = (np.array([part[side] for part in samples], dtype=np.float64) for side in (0, 1))
        weights = kernel.flattened(kernel.parameters(self.net.layers))
        return float(mean_losses_of(self.net, weights[None], (X, T), rule=self.rule)[0])

    def learn(self, n: int = 100) -> list[float]:
        """Learns n samples from the current net on, and returns their n losses."""
        learned: list[float] = self._trained(self.net, list(self.training_data_gen(n))).tolist()
        return learned

    def learning_potential(self, n: int = 100, alpha: float | None = None) -> float:
        """−ln of the last loss after n samples from the net as it is now; the net and its alpha stay as they are.

        +inf for loss 0; −inf when the run diverged at any step, even if its last loss is finite. The first time on a
        bench a DivergedWarning says at which step, and why if that is known.
        """
        net: Network = dill.loads(dill.dumps(self.net))  # noqa: S301 - its own bytes
        if alpha is not None:
            net.alpha = alpha
        samples = list(self.training_data_gen(n))
        losses = self._trained(net, samples)
        if not losses.size:
            raise NoFactsError("A learning potential needs at least one fact.")
        diverged_at = first_divergence(losses)
        if diverged_at is not None and not self._has_warned:
            self._has_warned = True
            said = f"diverges at step {diverged_at:,}"
            cause = self._cause(samples, self.net.copy(), net.alpha, nudged=0)
            sentence = cause if cause and said in cause else f"The run {said}. {cause or ''}"
            warnings.warn(DivergedWarning(f"The learning potential is −inf. {sentence.rstrip()}"), stacklevel=2)
        return potential(losses[-1], diverged_at)

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
        net.alpha = self.net.alpha if alpha is None else alpha
        net.copy().train(*_sides(samples))  # refuses what does not fit, as `learn` does
        return self._cause(samples, net, net.alpha)

    def plot_learning(self, n: int) -> Any:
        """Learns n samples from the current net on, and draws their losses over a log axis: a Plotly figure."""
        return losses_figure(np.array(self.learn(n)), float(self.net.alpha))

    def plot_weights(self) -> Any:
        """The weights of `net` as heat maps, a Plotly figure: with a checkpoint, its buttons show start, end or
        difference. ShapeError if layers of `net` have other shapes than those of the checkpoint.
        """
        start: Network | None = None if self.net_checkpoint is None else dill.loads(self.net_checkpoint)  # noqa: S301 - its own bytes
        return self.net.plot_weights(start)

    def knobs_plot_learning(self, n: int) -> Any:
        """The page on this very bench, opened in the browser: its knobs, and n samples learned from the checkpoint.

        Returns at once an object with `.url` and `.stop()`. A missing checkpoint is taken first; `net` stays as it is.
        """
        return opened_page(self, n)

    def _cause(
        self, samples: Sequence[tuple[FloatArray, Any]], net: Network, alpha: float, *, nudged: int = TWINS
    ) -> str | None:
        """Why this network, which has not learned yet, fails on these samples."""
        X, T = (np.array(part, dtype=np.float64) for part in _sides(samples))
        facts = _Facts(X, T, float(alpha), self._formulas(T.shape[1]), self.rule, self._passed(len(X)))
        cause = why_from(facts, net, nudged=nudged)
        return None if cause is None else cause.sentence

    def _formulas(self, outputs: int) -> tuple[str, ...]:
        """The target as it is read: the ideal's formulas, or for a function of your own its calls."""
        inputs = self.prepared_inputs
        target = inputs.target if isinstance(inputs, PreparedTable) else self.ideal
        return target.formulas if isinstance(target, Target) else tuple(f"ideal(v)[{k}]" for k in range(outputs))

    @property
    def prepared_inputs(self) -> str | PreparedTable:
        """The name of the inputs' distribution, or the table, split and scaled."""
        if not isinstance(self.inputs, Table):
            return self.inputs
        return prepared_table(self.inputs, self.held_out, self.split, self.seed, self.test, self.scaling)

    def _passed(self, n: int) -> Turns | None:
        return passed_over(self.prepared_inputs, self.seed, n, self.distinct, self.without)

    @property
    def _width(self) -> int:
        return self.net.inputs or NOTEBOOK_WIDTH

    def _new_samples(self, n: int) -> Iterator[tuple[FloatArray, Any]]:
        """The first n samples when none comes twice, without noise; of a table whose rows repeat, its first rows."""
        inputs = self.prepared_inputs
        if not isinstance(inputs, PreparedTable):
            yield from self._with_targets(draw_inputs(inputs, self.seed, n, self._width))
        elif self.distinct is None:
            yield from zip(*inputs.facts(self.seed, n), strict=True)
        else:
            X, T = inputs.learned
            yield from zip(X[:n], T[:n], strict=True)

    def _with_targets(self, X: FloatArray) -> Iterator[tuple[FloatArray, Any]]:
        for x in X:
            yield x, self.ideal_of(x)

    def _blurred(
        self, samples: Iterator[tuple[FloatArray, Any]], number: int = NOISE_STREAM
    ) -> Iterator[tuple[FloatArray, Any]]:
        """The samples with noise on the network's inputs."""
        if not self.noise:
            yield from samples
            return
        rng = stream(self.seed, number)
        for x, expected in samples:
            yield blurred(x, self.noise, rng.randn(len(x))), expected

    def _trained(self, net: Network, samples: Sequence[tuple[FloatArray, Any]]) -> FloatArray:
        inputs, targets = _sides(samples)
        if self.rule.loss_row.refusal and targets:
            self.rule.loss_row.check(np.array(targets, dtype=np.float64))
        net.begin(self.rule, len(samples), self._passed(len(samples)))
        losses = net.train(inputs, targets)
        net.begin(PLAIN, 0)
        return losses


def _check_names(names: Iterable[str]) -> None:
    """UnknownNameError, with the nearest name, unless a training rule has a field of each name."""
    own = [field.name for field in fields(TrainingRule)]
    known = [*(knob.name for knob in OF_DATA), *own]
    for name in names:
        if name not in own:
            raise UnknownNameError("knob of NNBench", name, known, difflib.get_close_matches(name, known, 1))


def _sides(samples: Sequence[tuple[FloatArray, Any]]) -> tuple[list[FloatArray], list[Any]]:
    """The inputs and the targets of samples."""
    return [x for x, _ in samples], [expected for _, expected in samples]


@dataclass(frozen=True)
class _Facts:
    """A bench's samples, X of shape (n, inputs) and T of shape (n, outputs), and the α to learn them with."""

    X: FloatArray
    T: FloatArray
    alpha: float
    formulas: tuple[str, ...]
    rule: TrainingRule
    passed: Turns | None

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

    def held_out_samples(self) -> None:
        """A cause of failure says nothing of samples that are never learned from."""


def bench_for(experiment: Experiment) -> NNBench:
    """A bench with the experiment's network, target, inputs and seed; its checkpoint is taken."""
    data = {knob.name: getattr(experiment, knob.name) for knob in OF_DATA}
    bench = NNBench(experiment.network(), experiment.target, experiment.inputs, **data, **asdict(experiment.rule))
    bench.seed = experiment.seed
    bench.checkpoint_net()
    return bench
