"""A run as a PyTorch script, which needs torch and NumPy: the same samples, the same initial weights, the same loss.

PyTorch adds in another order, so its losses do not agree to the last bit; the script says how far they do.
"""

from engine.experiments.catalogue import CATALOGUE
from engine.experiments.experiment import Affinity, Experiment, Map
from engine.layers.layers import AffinityLayer
from webapp.base.format import grouped
from webapp.files.export_run import ExportedRun
from webapp.files.torch_agreement import MOST_DIGITS, agreement_sentences
from webapp.files.torch_code import function_code, inputs_code, target_code

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

TRAINING = """

trained = [p for p in parameters if p.requires_grad]
losses = []
for x, t in zip(X, T):
    error = network(x) - t
    loss = error @ error / 2
    losses.append(loss.item())
    if not loss.requires_grad:
        continue
    gradients = torch.autograd.grad(loss, trained)
    with torch.no_grad():
        for p, gradient in zip(trained, gradients):
            p -= ALPHA * gradient * free.get(p, 1.0)

# The final loss is the mean of the last tenth of the steps.
final_loss = sum(losses[-max(1, SAMPLES // 10):]) / max(1, SAMPLES // 10)
"""


def torch_script(exported: ExportedRun) -> str:
    """The script; it says how far the two runs agree, and prints the final loss in PyTorch and in NNBench."""
    experiment, title = exported.link.experiment, CATALOGUE[exported.link.key].title
    final = f"{exported.run.settled:.{MOST_DIGITS}g}"
    print_both = f'print(f"The final loss is {{final_loss:.{MOST_DIGITS}g}}; in NNBench it is {final}.")\n'
    return "".join(
        (
            f'"""{title}: run {grouped(exported.run.fingerprint)} of NNBench, in PyTorch.\n\n',
            f'{agreement_sentences(exported)}\n"""\n\n',
            "import numpy as np\nimport torch\n\n",
            "torch.set_default_dtype(torch.float64)\n",
            f"ALPHA = {experiment.alpha!r}\nSAMPLES = {experiment.samples}\n\n",
            f"rng = np.random.RandomState({experiment.seed})\n",
            inputs_code(experiment.inputs, experiment.width),
            _samples(experiment),
            _layers(exported),
            TRAINING,
            print_both,
        )
    )


def _samples(experiment: Experiment) -> str:
    if not isinstance(experiment.inputs, str):
        return "X, T = torch.tensor(X), torch.tensor(T)\n"
    target = target_code(experiment.ideal)
    return f"X = torch.tensor(X)\n{target}\n\nT = torch.stack(target(X.T), dim=1)\n"


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


def _mask(at: int, spec: Affinity) -> str:
    """The masks of partly frozen layers: 1 for numbers that are trained, 0 for frozen ones."""
    if not isinstance(spec.frozen, tuple):
        return ""
    free = [0.0 if place in spec.frozen else 1.0 for place in range(spec.size)]
    split = spec.inputs * spec.outputs
    M, b = f"torch.tensor({free[:split]}).reshape(M{at}.shape)", f"torch.tensor({free[split:]})"
    return f"free[M{at}] = {M}\nfree[b{at}] = {b}\n"
