"""Parts of a PyTorch script: the inputs, the target, the activations, a sequence of rates.

A formula is written as its flat program, value and derivative, so that kinks and the branch not taken cost nothing.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.base.numerics import FloatArray
from engine.data.inputs import GRID_POINTS, GRID_SIDE
from engine.data.prepared_table import PreparedTable, Scale
from engine.formula import VECTOR, Formula
from engine.formula.operations import OPERATIONS
from engine.formula.program import Program
from webapp.files.pytorch.tables import ARC, FAULTY_FUNCTIONS, FUNCTIONS, OPERATIONS_IN_TORCH, TARGETS_IN_TORCH

DISTRIBUTIONS = {
    "normal": "X = rng.randn({n}, {width})\n",
    "uniform": "X = rng.uniform(-1.0, 1.0, ({n}, {width}))\n",
    "corners": "X = np.where(rng.random_sample(({n}, {width})) < 0.5, -1.0, 1.0)\n",
}
PASSES = """passes = rng.random_sample((-(-{n} // {count}), {count}))
order = np.argsort(passes, axis=1, kind="stable").ravel()[:{n}]
"""
GRID = """points = np.stack(np.unravel_index(order, ({side},) * {width}), axis=1)
X = (2.0 * points - {last}) / {last}
"""


def inputs_code(inputs: str, width: int, n: str) -> str:
    """The lines that draw n inputs X from `rng`."""
    side = max((k for k in range(2, GRID_SIDE + 1) if k**width <= GRID_POINTS), default=0)
    if inputs != "grid" or not side:
        return DISTRIBUTIONS["corners" if inputs == "grid" else inputs].format(n=n, width=width)
    return PASSES.format(n=n, count=side**width) + GRID.format(side=side, last=side - 1, width=width)


def rows_code(X: FloatArray, T: FloatArray, order: str = "") -> str:
    """The lines that write out rows of a table, in that order."""
    return f"X = np.array({X.tolist()}){order}\nT = np.array({T.tolist()}){order}\n"


def table_code(table: PreparedTable, distinct: int | None) -> str:
    """The lines that write out the rows that are learned from, in the order in which they are, and that scale them."""
    learned = table.rows.learned[:distinct]
    if distinct is not None:
        return part_code(table, learned)
    shuffled = PASSES.format(n="SAMPLES", count=len(learned))
    order = shuffled if table.table.shuffled else f"order = np.arange(SAMPLES) % {len(learned)}\n"
    return order + part_code(table, learned, "[order]")


def part_code(table: PreparedTable, rows: NDArray[np.int64], order: str = "") -> str:
    """The lines that write out these rows of a table, in that order, and that scale them."""
    X, T = (part[rows] for part in table.table.arrays)
    scaled = zip(("X", "T"), table.scales, strict=True)
    return rows_code(X, T, order) + "".join(scale_code(name, scale) for name, scale in scaled if scale is not None)


def scale_code(name: str, scale: Scale) -> str:
    """The line that scales the columns; a column that is constant in the learned rows becomes 0."""
    sizes = ", ".join("np.inf" if size == 0.0 else repr(size) for size in scale.size.tolist())
    return f"{name} = ({name} - np.array({scale.offset.tolist()})) / np.array([{sizes}])\n"


def target_code(ideal: str | tuple[str, ...]) -> str:
    """The function from v, a row for each input, to a row for each output."""
    if isinstance(ideal, str):
        texts = TARGETS_IN_TORCH[ideal]
        return f"{ARC if ideal == 'moons' else ''}\ndef target(v):\n    return [{', '.join(texts)}]\n"
    functions = [program_code(f"y{k}", Formula(text, VECTOR)) for k, text in enumerate(ideal)]
    return "".join(functions) + f"\n\ndef target(v):\n    return [{', '.join(f'y{k}(v)' for k in range(len(ideal)))}]\n"


def program_code(name: str, formula: Formula) -> str:
    """The function of a formula in v0, v1, …"""
    (result,) = formula.value_program.results
    body = _body(formula.value_program, result, "v[{}]")
    return f'\n\ndef {name}(v):\n    """{formula.text}"""\n{body}.expand_as(v[0])\n'


def sequence_code(name: str, formula: Formula, variable: str) -> str:
    """The function of a formula in one variable, whose derivative nobody needs, over a vector."""
    (result,) = formula.value_program.results
    body = _body(formula.value_program, result, variable)
    return f'\n\ndef {name}({variable}):\n    """{formula.text}"""\n{body}.expand_as({variable})\n'


def function_code(name: str, spec: str) -> str:
    """The lines that define `name`, an activation: a named one, a faulty one, or a formula with its derivative."""
    if spec in FUNCTIONS:
        return f"\n\ndef {name}(x):\n    return {FUNCTIONS[spec]}\n"
    if spec in FAULTY_FUNCTIONS:
        value, derivative = FAULTY_FUNCTIONS[spec]
        about = "The derivative that is stated for it, which is not the true one."
        return _with_derivative(name, spec, f"    return {value}", about, f"    return {derivative}")
    formula = Formula(spec)
    value, derivative = (f"{_body(formula.program, result, 'x')}.expand_as(x)" for result in formula.program.results)
    return _with_derivative(name, formula.text, value, "Its derivative.", derivative)


def _with_derivative(name: str, words: str, value: str, about: str, derivative: str) -> str:
    return f'''

def {name}_value(x):
    """{words}"""
{value}


def {name}_derivative(x):
    """{about}"""
{derivative}


class {name.title()}(torch.autograd.Function):
    """{words}, with the derivative above."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return {name}_value(x)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient * {name}_derivative(x)


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
