"""The training of a PyTorch script: plain, or by a rule, with batches, momentum, an optimizer, decay, a rate, a loss.

`torch.optim` makes the steps wherever its rule is the same: it keeps α out of the velocity, so that a changing rate
with momentum is another rule there, it has no momentum for Adam, and no Nesterov's for RMSProp. In these cases the
update is written out. Decay always is: PyTorch's `weight_decay` becomes a part of the gradient, and shrinks biases too.
"""

import re
from collections.abc import Iterable, Iterator

from engine.rules.rate import CONSTANT, rate_formula
from engine.rules.rule import PLAIN as PLAIN_RULE
from engine.rules.rule import TrainingRule
from webapp.files.pytorch.code import sequence_code
from webapp.files.pytorch.tables import LOSSES_IN_TORCH, NESTEROV, OPTIMIZERS_IN_TORCH, PLAIN

PLAIN_TRAINING = """

trained = [p for p in parameters if p.requires_grad]
losses = []
for {sample} in zip({samples}):
{loss}
    if {nothing}not loss.requires_grad:
        continue
    gradients = torch.autograd.grad(loss, trained)
    with torch.no_grad():
        for p, gradient in zip(trained, gradients):
            p -= ALPHA * gradient * free.get(p, 1.0)
"""
FINAL_LOSS = """
# The final loss is the mean of the last tenth of the {steps}.
final_loss = sum(losses[-max(1, SAMPLES // 10):]) / max(1, SAMPLES // 10)
"""
FINAL_LOSS_OF_LEARNED = """
# The final loss is the mean of the last tenth of the {steps}, but for those that are passed over.
tail = losses[-max(1, SAMPLES // 10):]
tail = [loss for loss, learn in zip(tail, learned[-len(tail):]) if learn] or tail
final_loss = sum(tail) / len(tail)
"""
SAMPLE, SAMPLES = "x, t", "X, T"
SAMPLE_AND_TURN, SAMPLES_AND_TURNS = "x, t, learn", "X, T, learned"
DECAY_COMMENT = "# Decay shrinks matrices and leaves biases: PyTorch's weight_decay is another rule."
WRITTEN_OUT_COMMENT = "# The update is written out: torch.optim has no such rule."
INDENT = "    "
MOVES = "{moves}"
"""The number of moves so far, with the current one."""


def constants_code(rule: TrainingRule) -> str:
    """The lines that name the rule's values beside α."""
    return "".join(
        f"{name.upper()} = {getattr(rule, name)!r}\n"
        for name, usual in vars(PLAIN_RULE).items()
        if type(usual) in (int, float) and getattr(rule, name) != usual
    )


def training_code(rule: TrainingRule, *, masked: bool, passes: bool = False) -> str:
    """The lines that train the network on the samples X and T, and give its losses and the final loss.

    `masked` says whether single numbers are frozen, and a mask holds them; `passes` whether samples are passed over
    where the list `learned` is false. A rule needs weights to train.
    """
    final = (FINAL_LOSS_OF_LEARNED if passes else FINAL_LOSS).format(steps="samples" if rule.batch > 1 else "steps")
    if rule == TrainingRule(loss=rule.loss):
        sample, samples, nothing = SAMPLE, SAMPLES, ""
        if passes:
            sample, samples, nothing = SAMPLE_AND_TURN, SAMPLES_AND_TURNS, "not learn or "
        loss = "\n".join(_indented(_loss_of_a_sample(rule)))
        return PLAIN_TRAINING.format(loss=loss, sample=sample, samples=samples, nothing=nothing) + final
    constant = rule.rate == CONSTANT
    rate = "" if constant else sequence_code("rate", rate_formula(rule.rate), "k")
    before, update = (_written_out if _is_written_out(rule) else _by_optimizer)(rule, masked)
    if passes and _is_written_out(rule):
        before, update = ["moves = 0", *before], ["moves += 1", *update]
    moves = "moves" if passes else "(k + 1)"
    update = [line.replace(MOVES, moves) for line in update]
    lines = [
        "trained = [p for p in parameters if p.requires_grad]",
        *(() if constant else (_RATES.format(steps="SAMPLES" if rule.batch == 1 else "-(-SAMPLES // BATCH)"),)),
        *before,
        "losses = []",
        *_loop(rule, [*(() if constant else ("lr = ALPHA * rates[k]",)), *update], passes),
    ]
    return rate + "\n\n" + "".join(f"{line}\n" for line in lines) + final


def _loss_of_a_sample(rule: TrainingRule) -> tuple[str, ...]:
    """The lines that give the loss of the sample (x, t), and note it."""
    if rule.loss == PLAIN_RULE.loss:
        return "error = network(x) - t", "loss = error @ error / 2", "losses.append(loss.item())"
    return f"loss = {LOSSES_IN_TORCH[rule.loss].format(y='network(x)', t='t')}", "losses.append(loss.item())"


def mean_loss_code(rule: TrainingRule, name: str) -> str:
    """The lines that set `name` to the mean loss of the samples X and T."""
    if rule.loss == PLAIN_RULE.loss:
        lines = "    errors = torch.stack([network(x) for x in X]) - T\n"
        return f"with torch.no_grad():\n{lines}{name} = (errors * errors).sum().item() / 2 / len(X)\n"
    loss = LOSSES_IN_TORCH[rule.loss].format(y="Y", t="T")
    lines = f"    Y = torch.stack([network(x) for x in X])\n    {name} = {loss}.item() / len(X)\n"
    return f"with torch.no_grad():\n{lines}"


_RATES = "rates = rate(torch.arange(float({steps}))).tolist()"


def _is_written_out(rule: TrainingRule) -> bool:
    """Whether `torch.optim` has no such rule."""
    if not rule.momentum:
        return False
    in_torch = OPTIMIZERS_IN_TORCH[rule.optimizer]
    return rule.rate != CONSTANT or (NESTEROV if rule.nesterov else PLAIN) not in in_torch.momentum


def _loop(rule: TrainingRule, update: Iterable[str], passes: bool) -> Iterator[str]:
    """The loop over steps: the gradients of a batch are added up in p.grad, and the update follows."""
    update = list(update)
    counted = any(re.search(r"\bk\b", line) for line in update)
    sample, samples = (SAMPLE_AND_TURN, SAMPLES_AND_TURNS) if passes else (SAMPLE, SAMPLES)
    if rule.batch == 1:
        yield f"for k, ({sample}) in enumerate(zip({samples})):" if counted else f"for {sample} in zip({samples}):"
        learned = ("if not learn:", f"{INDENT}continue") if passes else ()
        yield from _indented((*_loss_of_a_sample(rule), *learned, "loss.backward()", *update))
        return
    starts, cut = "range(0, SAMPLES, BATCH)", "[start:start + BATCH]"
    yield f"for k, start in enumerate({starts}):" if counted else f"for start in {starts}:"
    parts = ", ".join(f"{name}{cut}" for name in samples.split(", "))
    yield from _indented((f"batch = list(zip({parts}))", f"for {sample} in batch:"))
    if passes:
        yield from _indented(_indented((*_loss_of_a_sample(rule), "if learn:")))
        yield from _indented((f"{INDENT * 2}(loss / sum(learned{cut})).backward()",))
        yield from _indented((f"if not any(learned{cut}):", f"{INDENT}continue"))
    else:
        yield from _indented(_indented((*_loss_of_a_sample(rule), "(loss / len(batch)).backward()")))
    yield from _indented(update)


def _by_optimizer(rule: TrainingRule, masked: bool) -> tuple[list[str], list[str]]:
    """The lines before the loop, and those after the gradients of each batch, with an optimizer of PyTorch."""
    before, update = [_optimizer(rule)], []
    if masked:
        update += ["for p, mask in free.items():", f"{INDENT}p.grad *= mask"]
    if rule.rate != CONSTANT:
        update += ['optimizer.param_groups[0]["lr"] = lr']
    if rule.decay:
        before += ["matrices = [p for p in trained if p.dim() > 1]"]
        update += ["with torch.no_grad():", f"{INDENT}{DECAY_COMMENT}"]
        update += [f"{INDENT}for p in matrices:", f"{INDENT * 2}p *= {_kept(rule, masked)}"]
    return before, [*update, "optimizer.step()", "optimizer.zero_grad()"]


def _optimizer(rule: TrainingRule) -> str:
    momentum = ", momentum=MOMENTUM" if rule.momentum else ""
    nesterov = ", nesterov=True" if rule.momentum and rule.nesterov else ""
    return f"optimizer = torch.optim.{OPTIMIZERS_IN_TORCH[rule.optimizer].call.format(momentum=momentum + nesterov)}"


def _written_out(rule: TrainingRule, masked: bool) -> tuple[list[str], list[str]]:
    """The lines before the loop, and those after the gradients of each batch, without an optimizer of PyTorch."""
    in_torch = OPTIMIZERS_IN_TORCH[rule.optimizer]
    before = [f"{name} = {{p: torch.zeros_like(p) for p in trained}}" for name in (*in_torch.state, "velocity")]
    update = ["gradient = p.grad * free.get(p, 1.0)" if masked else "gradient = p.grad"]
    update += [line.format(lr=_lr(rule), moves=MOVES) for line in in_torch.step]
    update += ["velocity[p] = MOMENTUM * velocity[p] + step"]
    if rule.decay:
        update += [DECAY_COMMENT, "if p.dim() > 1:", f"{INDENT}p *= {_kept(rule, masked)}"]
    update += ["p -= step + MOMENTUM * velocity[p]" if rule.nesterov else "p -= velocity[p]", "p.grad = None"]
    return before, [
        WRITTEN_OUT_COMMENT,
        "with torch.no_grad():",
        f"{INDENT}for p in trained:",
        *_indented(_indented(update)),
    ]


def _kept(rule: TrainingRule, masked: bool) -> str:
    """The factor of a matrix's numbers when they decay."""
    return f"1 - {_lr(rule)} * DECAY{' * free.get(p, 1.0)' if masked else ''}"


def _lr(rule: TrainingRule) -> str:
    return "ALPHA" if rule.rate == CONSTANT else "lr"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"{INDENT}{line}" for line in lines)
