"""The engine's tables in PyTorch's words: functions, formulas, targets, and how inputs are drawn, a row each.

What a formula means is its flat program, value and slope, so that kinks and the branch not taken cost nothing.
"""

from collections.abc import Sequence

from engine.facts import GRID_POINTS, GRID_SIDE
from engine.formula import VECTOR, Formula
from engine.formula.operations import OPERATIONS
from engine.formula.program import Program
from engine.functions import LEAK
from engine.ideals import CIRCLE_RADIUS
from engine.mistakes import HALF_SLOPE
from engine.table import Table

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
"""Every row of the engine's functions, over a vector x."""

SLOPES_OF_THEIR_OWN = {
    HALF_SLOPE.name: (
        f"(x * {1 + LEAK / 2} + torch.abs(x) * {1 - LEAK / 2}) / 2",
        f"torch.where(x > 0, 1.0, {LEAK})",
    )
}
"""The notebook's mistake: a value, and a stated slope that is not its slope."""

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
"""Every operation of formulas; the table's own names say what they do."""

SIGN = "torch.where({}, 1.0, -1.0)"
TARGETS: dict[str, tuple[str, ...]] = {
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

DRAWS = {
    "normal": "X = dice.randn(SAMPLES, {width})\n",
    "uniform": "X = dice.uniform(-1.0, 1.0, (SAMPLES, {width}))\n",
    "corners": "X = np.where(dice.random_sample((SAMPLES, {width})) < 0.5, -1.0, 1.0)\n",
}
PASSES = """passes = dice.random_sample((-(-SAMPLES // {count}), {count}))
order = np.argsort(passes, axis=1, kind="stable").ravel()[:SAMPLES]
"""
GRID = """points = np.stack(np.unravel_index(order, ({side},) * {width}), axis=1)
X = (2.0 * points - {last}) / {last}
"""


def inputs_code(inputs: str | Table, width: int) -> str:
    """The lines that draw X, and T too where the facts are a table."""
    if isinstance(inputs, Table):
        count = len(inputs.inputs)
        order = PASSES.format(count=count) if inputs.shuffled else f"order = np.arange(SAMPLES) % {count}\n"
        rows = f"X = np.array({list(map(list, inputs.inputs))})[order]\n"
        return f"{order}{rows}T = np.array({list(map(list, inputs.targets))})[order]\n"
    side = max((k for k in range(2, GRID_SIDE + 1) if k**width <= GRID_POINTS), default=0)
    if inputs != "grid" or not side:
        return DRAWS["corners" if inputs == "grid" else inputs].format(width=width)
    return PASSES.format(count=side**width) + GRID.format(side=side, last=side - 1, width=width)


def target_code(ideal: str | tuple[str, ...]) -> str:
    """The function from v, a row for each input, to a row for each output."""
    if isinstance(ideal, str):
        texts = TARGETS[ideal]
        return f"{ARC if ideal == 'moons' else ''}\ndef target(v):\n    return [{', '.join(texts)}]\n"
    made = [program_code(f"y{k}", Formula(text, VECTOR)) for k, text in enumerate(ideal)]
    return "".join(made) + f"\n\ndef target(v):\n    return [{', '.join(f'y{k}(v)' for k in range(len(ideal)))}]\n"


def program_code(name: str, formula: Formula) -> str:
    """The function of a formula in v0, v1, …"""
    (result,) = formula.value_program.results
    body = _body(formula.value_program, result, "v[{}]")
    return f'\n\ndef {name}(v):\n    """{formula.text}"""\n{body}.expand_as(v[0])\n'


def function_code(name: str, told: str) -> str:
    """The lines that make `name` a map layer's function: a named one, a mistaken one, or a formula with its slope."""
    if told in FUNCTIONS:
        return f"\n\ndef {name}(x):\n    return {FUNCTIONS[told]}\n"
    if told in SLOPES_OF_THEIR_OWN:
        value, slope = SLOPES_OF_THEIR_OWN[told]
        return _with_slope(name, told, f"    return {value}", f"    return {slope}")
    formula = Formula(told)
    value, slope = (f"{_body(formula.program, result, 'x')}.expand_as(x)" for result in formula.program.results)
    return _with_slope(name, formula.text, value, slope)


def _with_slope(name: str, words: str, value: str, slope: str) -> str:
    return f'''

def {name}_value(x):
    """{words}"""
{value}


def {name}_slope(x):
    """Its slope."""
{slope}


class {name.title()}(torch.autograd.Function):
    """{words}, with the slope above."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return {name}_value(x)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient * {name}_slope(x)


{name} = {name.title()}.apply
'''


def _body(program: Program, result: int, variable: str) -> str:
    """The lines of a function that give one result of the program; its registers are r0, r1, …"""
    names: Sequence[str] = tuple(OPERATIONS)
    read, lines = {result}, []
    for step in reversed(program.steps):
        if step.to not in read:
            continue
        read = (read - {step.to}) | set(step.arguments)
        operation = OPERATIONS_IN_TORCH[names[step.opcode]].format(*(f"r{k}" for k in step.arguments))
        lines.append(f"r{step.to} = {operation}")
    leaves = [variable.format(place) for place in program.variables]
    leaves += [f"torch.tensor({number!r})" for number in program.constants]
    lines += [f"r{register} = {leaf}" for register, leaf in enumerate(leaves) if register in read][::-1]
    return "".join(f"    {line}\n" for line in reversed(lines)) + f"    return r{result}"
