"""The notebook's own cells run after `from engine import *`, in the notebook's order and in one namespace.

They are the cells that use its classes, word for word, with the lines that need Matplotlib, IPython or the
dashboard left out. Where a cell's value is determined, it is checked; the mended faults make some answers
other than the notebook's.
"""

import ast
import math
import subprocess
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from engine.errors import DivergedWarning
from tests.engine.strategies import bits

Cell = tuple[str, str, Callable[[Any, dict[str, Any]], bool]]


def anything(value: Any, names: dict[str, Any]) -> bool:
    return True


def two_by_two(value: Any, names: dict[str, Any]) -> bool:
    M, b = value
    return bool(M.shape == (2, 2) and b.shape == (2,) and M.dtype == b.dtype == np.float64)


def unit(value: Any, names: dict[str, Any]) -> bool:
    M, b = value
    return bool(M.tolist() == [[1.0, 0.0], [0.0, 1.0]] and b.tolist() == [0.0, 0.0])


def gives(*numbers: float) -> Callable[[Any, dict[str, Any]], bool]:
    return lambda value, names: value.tolist() == list(numbers)


CELLS: list[Cell] = [
    ("In [8]", """net = Network()
net.extend(IdentityLayer())
all(net(np.arange(3)) == np.arange(3))""", lambda value, names: value is True),
    ("In [9]", """facts = [(np.arange(2*n, 2*n+2), np.arange(2*n+1, 2*n-1, -1)) for n in range(3)]
net.learn(facts)""", lambda value, names: value == 1.0),
    ("In [10]", "net(np.arange(2,4))", gives(2, 3)),
    ("In [11]", """net = Network()
net.extend(MapLayer(lambda x: x+1, lambda d: 1))
all(net(np.arange(3)) == np.arange(3)+1)""", lambda value, names: value is True),
    ("In [12]", "net.learn(facts), all(net(np.arange(5)) == np.arange(5)+1), net(np.arange(2,4))",
     lambda value, names: value[:2] == (2.0, True) and value[2].tolist() == [3, 4]),
    ("In [13]", """net = Network()
net.extend(AffinityLayer(2,2))""", anything),
    ("In [14]", """t = net.layers[0]
t.M, t.b""", two_by_two),
    ("In [65]", """bench = NNBench(net)
bench.checkpoint_net()
bench.learning_potential()""", lambda value, names: value > 10),
    ("In [66]", "bench.plot_learning(100)", lambda value, names: len(value.data[0].y) == 100),
    ("In [67]", "bench.ideal = lambda v: np.array([v[1], v[0]])",
     lambda value, names: names["bench"].learning_potential() > 10),
    ("In [68]", """net = Network()
net.extend(AffinityLayer(2,2))

def dtanh(x):
    v = np.tanh(x)
    return (1+v)*(1-v)

net.extend(MapLayer(lambda x:x*x/2.0, lambda d:d))
#net.extend(MapLayer(np.tanh, dtanh))
bench = NNBench(net)
bench.checkpoint_net()""", anything),
    ("In [69]", "net.layers[0].M, net.layers[0].b", two_by_two),
    ("In [70]", """bench.ideal = lambda v: [(v[0]-v[1])**2,0]
#bench.ideal = lambda v: [(v[0]>0)*2-1,(v[0]>v[1])*2-1]
bench.learning_potential()
#bench.knobs_plot_learning(100)""", lambda value, names: not math.isnan(value)),
    ("In [24]", """net.layers[0].randomize()
net([3, 5])""", lambda value, names: value.shape == (2,) and (value >= 0).all()),
    ("In [25]", "net.layers[0].M, net.layers[0].b", two_by_two),
    ("In [26]", """net.layers[0].M = np.array([[1,0],[0,1]])
net.layers[0].b = np.array([0,0])
net([3,5])""", gives(4.5, 12.5)),
    ("In [27]", "bench.learning_potential()", lambda value, names: not math.isnan(value)),
    ("In [29]", "net([7,11])", gives(24.5, 60.5)),
    ("In [30]", "net.layers[0].M, net.layers[0].b", unit),
    ("In [31]", "bench.learn(10)", lambda value, names: len(value) == 10 and value[0] > 0),
    ("In [32]", "net([7,11])", lambda value, names: value.shape == (2,)),
    ("In [33]", "net.layers[0].M, net.layers[0].b", two_by_two),
    ("In [34]", """bench.rollback_net()
bench.net.layers = bench.net.layers[:1]
bench.checkpoint_net()""", lambda value, names: len(names["bench"].net.layers) == 1),
    ("In [35]", """bench.ideal = lambda v: v
bench.learning_potential()
#bench.knobs_plot_learning(100)""", lambda value, names: value > 10),
    ("In [36]", """bench.net.layers = bench.net.layers[:1]
leak = 0
bench.net.extend(MapLayer(lambda x: (x*(1+leak/2)+abs(x)*(1-leak/2))/2, lambda d: [leak,1][1 if d>0 else 0]))
bench.net.layers""", lambda value, names: list(map(repr, value)) == ["AffinityLayer 2→2", "MapLayer own function"]),
    ("In [37]", """bench.net.layers[0].randomize()
bench.checkpoint_net()
bench.ideal = lambda v: np.array([1,1])""", lambda value, names: len(names["bench"].learn(100)) == 100),
    ("In [39]", """net = Network()
net.extend(AffinityLayer(2,2))""", anything),
    ("In [40]", """t = net.layers[0]
t.M, t.b""", two_by_two),
]  # fmt: skip


def run_cell(source: str, names: dict[str, Any]) -> Any:
    """Runs a cell as a notebook does: its value is the value of its last line, when that is an expression."""
    body = ast.parse(source).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if isinstance(last, ast.Expr) else None


def test_the_notebooks_cells_run_in_order_and_answer_what_is_determined() -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    exec("from engine import *", names)
    assert {"Layer", "IdentityLayer", "AffinityLayer", "MapLayer", "Network", "NNBench", "np"} <= names.keys()
    for name, source, expected in CELLS:
        with warnings.catch_warnings(action="ignore", category=DivergedWarning):
            value = run_cell(source, names)
        assert expected(value, names), name


def test_the_notebooks_cells_run_as_a_script_with_warnings_as_errors_but_for_a_divergence() -> None:
    only = (
        "import warnings; from engine.errors import DivergedWarning; warnings.simplefilter('ignore', DivergedWarning)"
    )
    script = "\n".join([only, "from engine import *", *(source for _, source, _ in CELLS)])
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_lines_that_the_notebook_commented_out_run_too() -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    exec("from engine import *", names)
    run_cell({name: source for name, source, _ in CELLS}["In [68]"], names)
    run_cell("net.layers[1:] = []\nnet.extend(MapLayer(np.tanh, dtanh))", names)
    run_cell("bench.ideal = lambda v: [(v[0]>0)*2-1,(v[0]>v[1])*2-1]", names)
    bench = names["bench"]
    bench.checkpoint_net()
    first = bench.learn(200)
    bench.rollback_net()
    assert bits(bench.learn(200)) == bits(first)
    assert np.mean(first[-50:]) < np.mean(first[:50])
