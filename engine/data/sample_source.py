"""The source of an experiment's samples: everything that they depend on, and those that are remembered."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.base.byte_cache import ByteCache
from engine.base.numerics import FloatArray
from engine.data import samples as streams
from engine.data.inputs import NORMAL, checked_seed, draw_inputs, input_blocks
from engine.data.prepared_table import PreparedTable
from engine.data.samples import Samples
from engine.data.targets import Target

REMEMBERED_NUMBERS = 500_000
"""Samples of at most this many numbers are cached, so that a change of α draws nothing anew."""
REMEMBERED_BYTES = 12 * 2**20
"""Bytes of all cached samples together: three of the largest, or those of hundreds of short runs."""
NUMBER_WORK, FORMULA_WORK = 60, 4
"""The cost of a number of a sample, from drawing it to its loss, and of a unit of work of a target's own formulas."""
MOST_CHECKED_WORK = 2_000_000_000
"""Work of drawing the samples whose targets are checked, about half a second; of more samples the first are checked."""
BLOCK = 65_536
"""The number of samples of a long run that are drawn at a time."""

PER_SAMPLES = 1024
"""Bytes beside the numbers of cached samples."""

_remembered: ByteCache[tuple[Any, ...], tuple[FloatArray, ...]] = ByteCache(
    REMEMBERED_BYTES, lambda _, arrays: PER_SAMPLES + sum(array.nbytes for array in arrays)
)
_accepted: ByteCache[tuple[Any, ...], bool] = ByteCache(2**18, lambda key, _: 256 + len(str(key)))
"""Whether the targets of some samples are accepted."""


@dataclass(frozen=True)
class SampleSource:
    """Draws samples: inputs by a distribution or from a table, and their targets.

    An input is what the network sees, x + σ·z; its target is that of x. Where equal inputs need not give equal targets
    the source is not `repeatable`, and nothing is remembered.
    """

    inputs: str | PreparedTable
    target: Target
    seed: int
    width: int
    noise: float = 0.0
    distinct: int | None = None
    held_out: int = 0
    repeatable: bool = True

    @property
    def work(self) -> int:
        """The cost of one sample before anything is learned from it."""
        return NUMBER_WORK * (self.width + self.target.outputs) + FORMULA_WORK * self.target.work

    def blocks(self, n: int) -> Iterator[Samples]:
        """The first n samples in successive blocks, for reading only: a long run takes less memory with them."""
        if self.distinct is None:
            yield from self._blurred(self._new_samples(n), n)
            return
        yield from self._repeated(self.distinct, n)

    def _repeated(self, distinct: int, n: int) -> Iterator[Samples]:
        """The first n samples where some come again and again; remembered as new ones are."""

        def blocks() -> Iterator[Samples]:
            return streams.repeated_blocks(*self._distinct_samples(distinct), self.seed, n, BLOCK)

        if not self._are_remembered(n):
            yield from blocks()
            return

        def samples() -> Samples:
            X, T = (np.concatenate(part) for part in zip(*blocks(), strict=True))
            return X, T

        key = ("repeated", self.inputs, self.seed, n, self.width, self.target, distinct, self.noise)
        X, T = _remembered.get_or_make(key, samples)
        yield X, T

    @property
    def learned_samples(self) -> Samples | None:
        """The distinct samples, or the learned rows of a table, in the order of their numbers, for reading only; None
        where every sample is new. Where rows are blurred anew at each turn, these are without noise."""
        if self.distinct is not None:
            return self._distinct_samples(self.distinct)
        return self.inputs.learned if isinstance(self.inputs, PreparedTable) else None

    def _distinct_samples(self, count: int) -> Samples:
        X, T = (np.concatenate(part) for part in zip(*self._blurred(self._new_samples(count), count), strict=True))
        return X, T

    def write(self, X: FloatArray, T: FloatArray) -> None:
        """Writes the first samples into X (n, width) and T (n, outputs)."""
        start = 0
        for inputs, targets in self.blocks(len(X)):
            block = slice(start, start + len(inputs))
            X[block], T[block] = inputs, targets
            start = block.stop

    def of_seeds(
        self, seeds: Sequence[int], n: int, normals: Callable[[list[int], int], FloatArray], *, remember: bool
    ) -> Samples:
        """The first n samples under each data seed: X of shape (seeds, n, width), and T likewise.

        With `remember`, those that are known are not drawn, and the others are known from now on. `normals` gives as
        many normal numbers of each seed, from its `RandomState`.
        """
        X, T = np.empty((len(seeds), n, self.width)), np.empty((len(seeds), n, self.target.outputs))
        seeds = [checked_seed(seed) for seed in seeds]
        inputs = self.inputs
        if isinstance(inputs, PreparedTable) or self.distinct is not None or self.noise or not self._are_remembered(n):
            for k, seed in enumerate(seeds):
                self._with_seed(seed).write(X[k], T[k])
            return X, T
        keys = [(inputs, seed, n, self.width, self.target) for seed in seeds] if remember else []
        known = [_remembered.get(key) for key in keys] or [None] * len(seeds)
        new = [k for k, found in enumerate(known) if found is None]
        for k, found in enumerate(known):
            if found is not None:
                X[k], T[k] = found
        if new:
            some = [seeds[k] for k in new]
            if inputs == NORMAL:
                drawn = normals(some, n * self.width).reshape(-1, n, self.width)
            else:
                drawn = np.stack([draw_inputs(inputs, seed, n, self.width) for seed in some])
            targets = self._targets(drawn.reshape(-1, self.width)).reshape(len(new), n, -1)
            if len(new) == len(seeds):
                X, T = drawn, targets
            else:
                X[new], T[new] = drawn, targets
        for k in new if remember else ():
            _remembered.put(keys[k], (X[k], T[k]))
        return X, T

    def _with_seed(self, seed: int) -> "SampleSource":
        inputs = self.inputs.with_seed(seed) if isinstance(self.inputs, PreparedTable) else self.inputs
        return replace(self, seed=seed, inputs=inputs)

    def held_out_samples(self) -> Samples | None:
        """Samples that no run learns from, for reading only; None where there are none.

        Of a table these are some of its rows (`PreparedTable.rows`); else they are drawn as the inputs are, from a
        stream of their own. Noise on them is of the same size, and from a stream of its own too.
        """
        if not self.held_out:
            return None
        X, T = self._held_out_rows()
        if not self.noise:
            return X, T
        return streams.blurred(X, self.noise, self._unit_noise(len(X), streams.HELD_OUT_NOISE_STREAM)), T

    def points(self, n: int) -> FloatArray:
        """The inputs of the first n samples as the network sees them, shape (n, width)."""
        count = n if self.distinct is None else self.distinct
        if isinstance(self.inputs, PreparedTable):
            X = self._table_rows(self.inputs, count)[0]
        else:
            X = draw_inputs(self.inputs, self.seed, count, self.width)
        if self.noise:
            X = streams.blurred(X, self.noise, self._unit_noise(count))
        if self.distinct is None:
            return X
        return next(streams.repeated_blocks(X, X, self.seed, n, n))[0]

    def all_accepted(self, name: str, accepts: Callable[[FloatArray], bool], n: int) -> bool:
        """Whether a predicate of that name accepts the targets of n samples and of the held-out ones; of a table, of
        all its rows."""
        if not self.repeatable:
            return self._all_accepted(accepts, n)
        key = (name, self.inputs.digest if isinstance(self.inputs, PreparedTable) else (n, replace(self, noise=0.0)))
        return _accepted.get_or_make(key, lambda: self._all_accepted(accepts, n))

    def _all_accepted(self, accepts: Callable[[FloatArray], bool], n: int) -> bool:
        if isinstance(self.inputs, PreparedTable):
            return accepts(self.inputs.arrays[1])
        count = min(n if self.distinct is None else self.distinct, max(1, MOST_CHECKED_WORK // self.work))
        if not all(accepts(T) for _, T in self._new_samples(count)):
            return False
        return not self.held_out or accepts(self._held_out_rows()[1])

    def _new_samples(self, n: int) -> Iterator[Samples]:
        """The first n samples when none comes twice, without noise, in blocks."""
        if isinstance(self.inputs, PreparedTable):
            if self.distinct is None:
                yield from self.inputs.fact_blocks(self.seed, n, BLOCK)
            else:
                yield self._table_rows(self.inputs, n)
            return
        drawn_from = (self.inputs, self.seed, n, self.width)
        if self.repeatable and not self._are_remembered(n):
            for X in input_blocks(*drawn_from, BLOCK):
                yield X, self._targets(X)
        else:
            yield self._known((*drawn_from, self.target), lambda: draw_inputs(*drawn_from))

    def _are_remembered(self, n: int) -> bool:
        """Whether the first n samples, before noise, are drawn once and remembered."""
        few = n * (self.width + self.target.outputs) <= REMEMBERED_NUMBERS
        return few and self.repeatable and not isinstance(self.inputs, PreparedTable)

    def _known(self, key: tuple[Any, ...], draw: Callable[[], FloatArray]) -> Samples:
        """The remembered samples of that key, or those with these inputs, remembered from now on."""

        def samples() -> Samples:
            X = draw()
            return X, self._targets(X)

        if not self.repeatable:
            return samples()
        X, T = _remembered.get_or_make(key, samples)
        return X, T

    def _targets(self, X: FloatArray) -> FloatArray:
        return np.ascontiguousarray(self.target(X.T).T)

    def _table_rows(self, table: PreparedTable, n: int) -> Samples:
        """The first n samples of a table; where only some rows are distinct, the first n rows that are learned."""
        if self.distinct is None:
            return table.facts(self.seed, n)
        X, T = table.learned
        return X[:n], T[:n]

    def _held_out_rows(self) -> Samples:
        if isinstance(self.inputs, PreparedTable):
            return self.inputs.held_out_samples
        drawn_from = (self.inputs, self.seed, self.held_out, self.width)
        return self._known(("held out", *drawn_from, self.target), lambda: streams.held_out_inputs(*drawn_from))

    def _blurred(self, blocks: Iterator[Samples], n: int) -> Iterator[Samples]:
        """The n samples with noise on their inputs."""
        if not self.noise:
            yield from blocks
        elif n * self.width > REMEMBERED_NUMBERS:
            yield from streams.blurred_blocks(blocks, self.noise, self.seed)
        else:
            z, start = self._unit_noise(n), 0
            for X, T in blocks:
                yield streams.blurred(X, self.noise, z[start : start + len(X)]), T
                start += len(X)

    def _unit_noise(self, n: int, stream: int = streams.NOISE_STREAM) -> FloatArray:
        """The noise of n samples without its size, so that a turned σ draws nothing anew."""
        key = ("noise", stream, self.seed, n, self.width)
        return _remembered.get_or_make(key, lambda: (streams.unit_noise(self.seed, n, self.width, stream),))[0]


def rows_before(blocks: Iterable[Samples], end: int, most: int) -> Samples:
    """The samples before number `end` of successive blocks; of more than `most`, the last ones.

    Every block but the last has at least `most` samples.
    """
    latest: list[Samples] = []
    start = 0
    for X, T in blocks:
        latest = [*latest, (X[: end - start][-most:], T[: end - start][-most:])][-2:]
        start += len(X)
        if start >= end:
            break
    inputs, targets = (np.concatenate(parts)[-most:] for parts in zip(*latest, strict=True))
    return inputs, targets
