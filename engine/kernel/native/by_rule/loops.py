"""Learning by a rule, sample after sample or in batches, for one run and for sixteen side by side alike.

Each kind of move has loops of its own: in one loop for all, numbers that belong in registers would lie in memory, and
the time of a step would hang on where the code happens to lie.
"""

from collections.abc import Callable
from typing import Any

from engine.data.turns import PASSED_OVER
from engine.kernel.native.activations import njit_call, njit_inline
from engine.kernel.native.arguments import Change, Pointer, Run
from engine.kernel.native.by_rule.updates import (
    ADAM,
    ADAM_WITHOUT_DECAY,
    BATCH,
    DECAY,
    LOSS,
    MOMENTUM,
    MOVES,
    MOVES_WITH_MOMENTUM,
    OPTIMIZER,
    PASSES,
    RMSPROP,
    SAMPLES,
    SCALES_ITSELF,
    SEEN,
    Move,
    Rule,
    moving_at,
    pace_at,
)
from engine.kernel.native.vectors import get, negative_zeros, store

Learn = Callable[..., None]
"""learn(run, k, scale, loss, changed): takes the loss of sample k, and hands its gradients to a move."""
LearnWith = Callable[[Move], Learn]
LearnAll = Callable[..., None]
"""learn_all(run, start, stop, scale, loss, sums): the same from `start` to before `stop`, and adds up the gradients."""
MoveAll = Callable[..., None]
"""move_all(run, sums, moving, move): moves all parameters by these gradients."""
Steps = Callable[..., None]
"""steps(run, rule, start, stop): learns the samples from `start` to before `stop`."""
Part = Any
"""A start and a stop, or a step."""
Loop = Callable[[Run, Rule, Part], None]
"""loop(run, rule, part): takes that part of the run."""
Aside = Callable[[Run, Rule, int], None]
"""aside(run, rule, runs): copies the state of these of sixteen runs, whose bits are set, aside or back."""


def steps_by_rule(
    learn_with: LearnWith,
    learn_all: LearnAll,
    move_all: MoveAll,
    losses_alone: Steps,
    set_aside: Aside,
    put_back: Aside,
) -> Steps:
    """The steps by any rule, in which these functions learn a sample and move the parameters.

    At a turn that is passed over `losses_alone` takes its loss. Where only some of sixteen runs pass over it, all learn
    it, and the state of those is put back.
    """
    one_by_one = by_kind_of_move(lambda move: one_by_one_with(learn_with(move)))
    after_a_batch = by_kind_of_move(lambda move: after_a_batch_with(move_all, move.whole()))
    in_batches = in_batches_with(learn_all, losses_alone, after_a_batch)

    @njit_inline
    def steps(run: Run, rule: Rule, start: int, stop: int) -> None:
        options, _, _, _, _, _, _ = rule
        if get(options, BATCH) > 1:
            in_batches(run, rule, start, stop)
            return
        k = start
        while k < stop:
            end, runs = like_turn(rule, k, stop)
            if runs == PASSED_OVER:
                losses_alone(run, rule, k, end)
            else:
                if runs:
                    set_aside(run, rule, runs)
                    end = k + 1
                one_by_one(run, rule, (k, end))
                if runs:
                    put_back(run, rule, runs)
            k = end

    return steps


@njit_inline
def like_turn(rule: Rule, k: int, stop: int) -> tuple[int, int]:
    """The first turn after k, before `stop`, that other runs pass over than turn k, and those that pass over k."""
    options, _, _, _, _, passed, _ = rule
    if not get(options, PASSES):
        return stop, 0
    end, seen, runs = k + 1, get(options, SEEN), get(passed, get(options, SEEN) + k)
    while end < stop and get(passed, seen + end) == runs:
        end += 1
    return end, runs


@njit_inline
def learned_in(passed: Pointer, start: int, count: int) -> int:
    """The number of these turns that are not passed over."""
    learned = 0
    for k in range(start, start + count):
        if get(passed, k) == 0:
            learned += 1
    return learned


def one_by_one_with(learn: Learn) -> Loop:
    """The loop over samples with a move after each."""

    @njit_call
    def loop(run: Run, rule: Rule, part: Part) -> None:
        alpha, p = run[0], run[1]
        options, _, _, _, _, _, _ = rule
        seen, loss, scales_itself = get(options, SEEN), get(options, LOSS), get(options, SCALES_ITSELF)
        start, stop = part
        for k in range(start, stop):
            moving = moving_at(rule, alpha, p, seen + k)
            learn(run, k, 1.0 if scales_itself else pace_at(rule, alpha, seen + k), loss, moving)

    return loop


def after_a_batch_with(move_all: MoveAll, move: Change) -> Loop:
    """The loop over parameters that makes the move of a step."""

    @njit_call
    def loop(run: Run, rule: Rule, step: Part) -> None:
        _, _, _, sums, _, _, _ = rule
        move_all(run, sums, moving_at(rule, run[0], run[1], step), move)

    return loop


def in_batches_with(learn_all: LearnAll, losses_alone: Steps, after_a_batch: Loop) -> Steps:
    """The loop over samples whose gradients are added up, with a move after the last of each batch."""

    @njit_call
    def loop(run: Run, rule: Rule, start: int, stop: int) -> None:
        alpha = run[0]
        options, _, _, sums, size, passed, _ = rule
        seen, batch, loss, samples = get(options, SEEN), get(options, BATCH), get(options, LOSS), get(options, SAMPLES)
        k = start
        while k < stop:
            step, before = (seen + k) // batch, (seen + k) % batch
            count = min(batch, samples - step * batch)
            learned = learned_in(passed, step * batch, count) if get(options, PASSES) else count
            end = min(stop, k + count - before)
            scale = (1.0 if get(options, SCALES_ITSELF) else pace_at(rule, alpha, step)) / float(max(1, learned))
            if before == 0:
                for q in range(0, size, 8):
                    store(sums, q, negative_zeros())
            first = k
            while k < end:
                like, runs = like_turn(rule, k, end)
                if runs:
                    losses_alone(run, rule, k, like)
                else:
                    learn_all(run, k, like, scale, loss, sums)
                k = like
            if before + end - first == count and learned:
                after_a_batch(run, rule, step)

    return loop


def by_kind_of_move(loop_with: Callable[[Move], Loop]) -> Loop:
    """The loop that makes the move that the rule asks for, chosen from one for each kind of move."""
    by_step, by_rmsprop, by_adam = map(loop_with, MOVES)
    by_adam_without_decay = loop_with(ADAM_WITHOUT_DECAY)
    on_by_step, on_by_rmsprop, on_by_adam = map(loop_with, MOVES_WITH_MOMENTUM)

    @njit_inline
    def loop(run: Run, rule: Rule, part: Part) -> None:
        options, factors, _, _, _, _, _ = rule
        optimizer, moves_on = get(options, OPTIMIZER), get(factors, MOMENTUM) != 0.0
        if optimizer == ADAM and moves_on:
            on_by_adam(run, rule, part)
        elif optimizer == ADAM and get(factors, DECAY) == 0.0:
            by_adam_without_decay(run, rule, part)
        elif optimizer == ADAM:
            by_adam(run, rule, part)
        elif optimizer == RMSPROP and moves_on:
            on_by_rmsprop(run, rule, part)
        elif optimizer == RMSPROP:
            by_rmsprop(run, rule, part)
        elif moves_on:
            on_by_step(run, rule, part)
        else:
            by_step(run, rule, part)

    return loop
