"""The engine's tables in PyTorch, a row each: activations, operations of formulas, targets, optimizers, losses."""

from typing import NamedTuple

from engine.activations import LEAK
from engine.data.targets import CIRCLE_RADIUS
from engine.layers.faulty_layers import HALF_SLOPE
from engine.rules.losses import HUBER_BEND
from engine.rules.optimizers import EPSILON, MEAN_MEMORY, MEMORY, SQUARE_MEMORY

FUNCTIONS = {
    "identity": "x",
    "tanh": "torch.tanh(x)",
    "sigmoid": "torch.sigmoid(x)",
    "relu": "torch.relu(x)",
    "leaky relu": f"torch.where(x > 0, x, {LEAK} * x)",
    "softplus": "torch.nn.functional.softplus(x, threshold=40.0)",
    "elu": "torch.nn.functional.elu(x)",
    "gelu": "torch.nn.functional.gelu(x)",
    "silu": "torch.nn.functional.silu(x)",
    "gaussian": "torch.exp(-x * x)",
    "sin": "torch.sin(x)",
    "square/2": "x * x / 2",
    "double": "2 * x",
    "plus one": "x + 1",
}
"""Every row of the engine's activations, over a vector x."""

FAULTY_FUNCTIONS = {
    HALF_SLOPE.name: (
        f"(x * {1 + LEAK / 2} + torch.abs(x) * {1 - LEAK / 2}) / 2",
        f"torch.where(x > 0, 1.0, {LEAK})",
    )
}
"""The notebook's faulty activation: its value, and the derivative that is stated for it, which is not the true one."""

OPERATIONS_IN_TORCH = {
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "multiply": "{0} * {1}",
    "divide": "{0} / {1}",
    "negate": "-{0}",
    "less": "({0} < {1}).double()",
    "at most": "({0} <= {1}).double()",
    "equal": "({0} == {1}).double()",
    "unequal": "({0} != {1}).double()",
    "where": "torch.where({0} == 0, {2}, {1})",
    "where positive": "torch.where({0} > 0, {1}, {2})",
    "step": "({0} > 0).double()",
    "max": "torch.maximum({0}, {1})",
    "min": "torch.minimum({0}, {1})",
    "softplus": "torch.nn.functional.softplus({0}, threshold=40.0)",
    "arctan": "torch.atan({0})",
    "power": "torch.pow({0}, {1})",
} | {
    name: f"torch.{name}({{0}})"
    for name in (
        "abs",
        "sign",
        "relu",
        "floor",
        "sqrt",
        "exp",
        "expm1",
        "tanh",
        "sigmoid",
        "log",
        "log1p",
        "sin",
        "cos",
        "tan",
        "sinh",
        "cosh",
    )
}
"""Every operation of formulas."""

SIGN = "torch.where({}, 1.0, -1.0)"
TARGETS_IN_TORCH: dict[str, tuple[str, ...]] = {
    "identity": ("v[0]", "v[1]"),
    "swap": ("v[1]", "v[0]"),
    "double": ("2 * v[0]", "2 * v[1]"),
    "squared difference": ("(v[0] - v[1]) ** 2", "0 * v[0]"),
    "signs": (SIGN.format("v[0] > 0"), SIGN.format("v[0] > v[1]")),
    "ones": ("torch.ones_like(v[0])", "torch.ones_like(v[0])"),
    "xor": (SIGN.format("(v[0] > 0) != (v[1] > 0)"),),
    "circle": (SIGN.format(f"v[0] * v[0] + v[1] * v[1] < {CIRCLE_RADIUS**2}"),),
    "spiral": (SIGN.format("torch.sin(torch.atan2(v[1], v[0]) + 6 * torch.sqrt(v[0] * v[0] + v[1] * v[1])) > 0"),),
    "moons": (SIGN.format("arc(1.5 * v[0] + 0.5, v[1] + 0.25) < arc(0.5 - 1.5 * v[0], 0.25 - v[1])"),),
    "sine": ("torch.sin(torch.pi * v[0])",),
}
"""Every row of the engine's targets, an expression for each output."""

ARC = '''
def arc(x, y):
    """Distance to the upper half of the unit circle."""
    on_arc = torch.abs(torch.sqrt(x * x + y * y) - 1)
    return torch.where(y >= 0, on_arc, torch.sqrt((torch.abs(x) - 1) ** 2 + y * y))

'''


class OptimizerInTorch(NamedTuple):
    """An optimizer of the engine: PyTorch's own, and its step in plain operations."""

    call: str
    """The call in `torch.optim`, with a hole for momentum."""
    momentum: tuple[str, ...]
    """Those of "plain" and "nesterov" that are the engine's momentum there, while the rate is constant."""
    state: tuple[str, ...]
    """The optimizer's state for each parameter p."""
    step: tuple[str, ...]
    """The lines that make `step` of `gradient`, at a learning rate and after k steps."""


PLAIN, NESTEROV = "plain", "nesterov"
OPTIMIZERS_IN_TORCH = {
    "sgd": OptimizerInTorch("SGD(trained, lr=ALPHA{momentum})", (PLAIN, NESTEROV), (), ("step = {lr} * gradient",)),
    "rmsprop": OptimizerInTorch(
        f"RMSprop(trained, lr=ALPHA, alpha={MEMORY}, eps={EPSILON}{{momentum}})",
        (PLAIN,),
        ("square",),
        (
            f"square[p] = {MEMORY} * square[p] + (1 - {MEMORY}) * gradient * gradient",
            f"step = {{lr}} * gradient / (square[p].sqrt() + {EPSILON})",
        ),
    ),
    "adam": OptimizerInTorch(
        f"Adam(trained, lr=ALPHA, betas=({MEAN_MEMORY}, {SQUARE_MEMORY}), eps={EPSILON}{{momentum}})",
        (),
        ("mean", "square"),
        (
            f"mean[p] = {MEAN_MEMORY} * mean[p] + (1 - {MEAN_MEMORY}) * gradient",
            f"square[p] = {SQUARE_MEMORY} * square[p] + (1 - {SQUARE_MEMORY}) * gradient * gradient",
            f"root = (square[p] / (1 - {SQUARE_MEMORY} ** {{moves}})).sqrt()",
            f"step = {{lr}} * mean[p] / (1 - {MEAN_MEMORY} ** {{moves}}) / (root + {EPSILON})",
        ),
    ),
}
"""Every row of the engine's optimizers."""

LOSSES_IN_TORCH = {
    "absolute": 'torch.nn.functional.l1_loss({y}, {t}, reduction="sum")',
    "huber": f'torch.nn.functional.huber_loss({{y}}, {{t}}, reduction="sum", delta={HUBER_BEND})',
    # soft_margin_loss is the same function, but it loses digits of small losses, and large ones overflow.
    "logistic": "torch.nn.functional.softplus(-{t} * {y}, threshold=30).sum()",
    "cross-entropy": 'torch.nn.functional.cross_entropy({y}, {t}, reduction="sum")',
}
"""Every row of the engine's losses but half the square, summed over the outputs of one sample or of many."""
