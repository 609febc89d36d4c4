"""A run as a PyTorch script, which needs torch and NumPy: the same samples, the same initial weights, the same loss.

PyTorch adds in another order, so its losses do not agree to the last bit; the script says how far they do.
"""

import numpy as np

from engine.data.samples import HELD_OUT_NOISE_STREAM, HELD_OUT_STREAM, NOISE_STREAM
from engine.data.turns import learned_numbers
from engine.experiments.experiment import Affinity, Experiment, Map
from engine.experiments.knobs import WITHOUT
from engine.experiments.port_names import port_names
from engine.layers.layers import AffinityLayer
from engine.rules.rule import TrainingRule
from engine.scoring import held_out_score
from webapp.base.format import grouped
from webapp.files.export_run import ExportedRun
from webapp.files.pytorch.agreement import MOST_DIGITS, agreement_sentences
from webapp.files.pytorch.code import PASSES, function_code, inputs_code, part_code, table_code, target_code
from webapp.files.pytorch.rule import constants_code, mean_loss_code, training_code

LEFT = '''

class LeftMultiplied(torch.autograd.Function):
    """M x on the way forward; M times the gradient on the way back, where its transpose is right."""

    @staticmethod
    def forward(ctx, M, x):
        ctx.save_for_backward(M, x)
        return M @ x

    @staticmethod
    def backward(ctx, gradient):
        M, x = ctx.saved_tensors
        return torch.outer(gradient, x), M @ gradient
'''


def torch_script(exported: ExportedRun) -> str:
    """The script; it says how far the two runs agree, and prints the final loss in PyTorch and in NNBench."""
    experiment = exported.link.experiment
    rule = _rule(experiment)
    masked = any(isinstance(spec, Affinity) and isinstance(spec.frozen, tuple) for spec in experiment.layers)
    final = f"{exported.run.settled:.{MOST_DIGITS}g}"
    print_both = f'print(f"The final loss is {{final_loss:.{MOST_DIGITS}g}}; in NNBench it is {final}.")\n'
    return "".join(
        (
            f'"""{exported.title}: run {grouped(exported.run.fingerprint)} of NNBench, in PyTorch.\n\n',
            f'{agreement_sentences(exported)}\n"""\n\n',
            "import numpy as np\nimport torch\n\n",
            "torch.set_default_dtype(torch.float64)\n",
            f"ALPHA = {experiment.alpha!r}\nSAMPLES = {experiment.samples}\n{constants_code(rule)}\n",
            f"rng = np.random.RandomState({experiment.seed})\n",
            _samples(experiment),
            _turns(experiment),
            _layers(exported),
            training_code(rule, masked=masked, passes=bool(experiment.without)),
            print_both,
            _held_out(exported),
        )
    )


def _samples(experiment: Experiment) -> str:
    """The samples in the order in which they are learned."""
    noise = _noise(experiment, NOISE_STREAM)
    if experiment.distinct is None:
        return _inputs_and_targets(experiment, "SAMPLES") + noise
    passes = PASSES.format(n="SAMPLES", count=experiment.distinct)
    return (
        f"{_inputs_and_targets(experiment, str(experiment.distinct))}{noise}"
        f"\nrng = np.random.RandomState({experiment.seed})\n{passes}X, T = X[order], T[order]\n"
    )


def _turns(experiment: Experiment) -> str:
    """The turns at which something is learned, where some are passed over."""
    numbers = learned_numbers(experiment.table or experiment.inputs_name, experiment.distinct)
    if not experiment.without or numbers is None:
        return ""
    left_out, places = WITHOUT.kind.text(experiment.without), np.flatnonzero(np.isin(numbers, experiment.without))
    return (
        f"\n# Left out: {left_out}. At their turns a loss is taken, and nothing moves.\n"
        f"learned = (~np.isin(order, {places.tolist()})).tolist()\n"
    )


def _inputs_and_targets(experiment: Experiment, n: str) -> str:
    if experiment.table is not None:
        rows = table_code(experiment.table, experiment.distinct)
        return f"{_column_names(experiment)}{rows}X, T = torch.tensor(X), torch.tensor(T)\n"
    inputs, target = inputs_code(experiment.inputs_name, experiment.width, n), target_code(experiment.ideal)
    return f"{inputs}X = torch.tensor(X)\n{target}\n\nT = torch.stack(target(X.T), dim=1)\n"


def _column_names(experiment: Experiment) -> str:
    """Comments with the names of the columns of X and T, where the table has given them."""
    names = port_names(experiment)
    if not names.given:
        return ""
    return "\n" + "".join(
        f"# {letter}[:, {k}] is {name}.\n"
        for letter, side in (("X", names.inputs), ("T", names.outputs))
        for k, name in enumerate(side)
    )


def _noise(experiment: Experiment, number: int) -> str:
    if not experiment.noise:
        return ""
    z = f"np.random.RandomState([{experiment.seed}, 0, {number}]).randn(*X.shape)"
    return f"X = X + {experiment.noise!r} * torch.tensor({z})\n"


def _held_out(exported: ExportedRun) -> str:
    """The loss of the held-out samples after the last step, in PyTorch and in NNBench."""
    experiment, held_out = exported.link.experiment, exported.run.held_out
    if held_out is None:
        return ""
    if experiment.table is not None:
        rows = part_code(experiment.table, experiment.table.rows.held_out)
        samples = f"{rows}X, T = torch.tensor(X), torch.tensor(T)\n"
    else:
        inputs = inputs_code(experiment.inputs_name, experiment.width, str(experiment.held_out))
        samples = f"{inputs}X = torch.tensor(X)\nT = torch.stack(target(X.T), dim=1)\n"
    return (
        "\n# The held-out samples, which it never learned from.\n"
        f"rng = np.random.RandomState([{experiment.seed}, 0, {HELD_OUT_STREAM}])\n"
        f"{samples}{_noise(experiment, HELD_OUT_NOISE_STREAM)}"
        f"{mean_loss_code(experiment.rule, 'held_out_loss')}"
        f'print(f"The held-out loss is {{held_out_loss:.{MOST_DIGITS}g}}; '
        f'in NNBench it is {held_out.final:.{MOST_DIGITS}g}.")\n'
        f"{_score(exported)}"
    )


def _score(exported: ExportedRun) -> str:
    """How many held-out rows of a table are right, or R², in PyTorch and in NNBench; empty for a run that diverged."""
    experiment = exported.link.experiment
    if experiment.table is None or exported.run.diverged_at is not None:
        return ""
    score = held_out_score(experiment, exported.run.trained)
    answers = "\nY, T = np.array([network(x).tolist() for x in X]), np.array(T.tolist())\n"
    if score is None or (score.confusion is None and score.r2 is None):
        return ""
    if score.confusion is not None:
        count = "right = int((Y.argmax(axis=1) == T.argmax(axis=1)).sum())\n"
        said = f'print(f"It answers {{right}} of {{len(Y)}} held-out rows right; in NNBench {score.right}.")\n'
        return answers + count + said
    formula = "np.mean(1 - ((Y - T) ** 2).sum(axis=0) / ((T - T.mean(axis=0)) ** 2).sum(axis=0))"
    return f'{answers}r2 = {formula}\nprint(f"R² of held-out rows is {{r2:.6f}}; in NNBench it is {score.r2:.6f}.")\n'


def _layers(exported: ExportedRun) -> str:
    """The initial weights, the functions, and the network that combines them."""
    specs, layers = exported.link.experiment.layers, exported.checkpoint.layers
    weights, functions, lines, masks = "", "", [], ""
    for at, (spec, layer) in enumerate(zip(specs, layers, strict=True)):
        if isinstance(spec, Map):
            functions += function_code(f"map{at}", spec.function)
            lines.append(f"x = map{at}(x)")
        elif isinstance(spec, Affinity) and isinstance(layer, AffinityLayer):
            free = str(spec.frozen is not True)
            weights += f"M{at} = torch.tensor({layer.M.tolist()}, requires_grad={free})\n"
            weights += f"b{at} = torch.tensor({layer.b.tolist()}, requires_grad={free})\n"
            product = f"LeftMultiplied.apply(M{at}, x)" if spec.left_multiplied else f"M{at} @ x"
            lines.append(f"x = {product} + b{at}")
            masks += _mask(at, spec)
    named = [f"{letter}{at}" for at, spec in enumerate(specs) if isinstance(spec, Affinity) for letter in "Mb"]
    left = LEFT if any(isinstance(spec, Affinity) and spec.left_multiplied for spec in specs) else ""
    body = "".join(f"    {line}\n" for line in lines)
    return (
        f"\n{weights}parameters = [{', '.join(named)}]\nfree = {{}}\n{masks}"
        f"{left}{functions}\n\ndef network(x):\n{body}    return x\n"
    )


def _rule(experiment: Experiment) -> TrainingRule:
    """The training of the network; but for the loss, a plain one if all weights are frozen, since no rule moves any."""
    trained = any(isinstance(spec, Affinity) and spec.frozen is not True for spec in experiment.layers)
    return experiment.rule if trained else TrainingRule(loss=experiment.loss)


def _mask(at: int, spec: Affinity) -> str:
    """The masks of partly frozen layers: 1 for numbers that are trained, 0 for frozen ones."""
    if not isinstance(spec.frozen, tuple):
        return ""
    free = [0.0 if place in spec.frozen else 1.0 for place in range(spec.size)]
    split = spec.inputs * spec.outputs
    M, b = f"torch.tensor({free[:split]}).reshape(M{at}.shape)", f"torch.tensor({free[split:]})"
    return f"free[M{at}] = {M}\nfree[b{at}] = {b}\n"
