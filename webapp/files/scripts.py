"""A run as a program that needs only `engine` and prints the run's fingerprint: a script, and a notebook.

The experiment is written as one would type it, without the fields that have their default.
"""

import json
from collections.abc import Iterable
from dataclasses import MISSING, fields, is_dataclass, replace
from typing import Any

from engine.data.table import Table
from engine.errors import BenchError
from engine.experiments.catalogue import CATALOGUE
from engine.experiments.experiment import Experiment
from webapp.base.format import grouped
from webapp.files.export_run import ExportedRun

NEEDS = "It needs the package `engine` of NNBench and nothing else, and prints the fingerprint that the page showed"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def script(exported: ExportedRun) -> str:
    """The run as a Python script."""
    return f'''"""{exported.title}: a run of NNBench, to be repeated to the last bit.

{NEEDS}: {grouped(exported.run.fingerprint)}.
"""

{_imports(exported.link.experiment)}
{_experiment(exported.link.experiment)}
{_run(exported.link.experiment)}'''


def notebook(exported: ExportedRun) -> str:
    """The run as a Jupyter notebook."""
    listed = CATALOGUE[exported.link.key]
    look_for = f"{listed.look_for} " if exported.link.experiment == listed.experiment else ""
    about = f"# {exported.title}\n\n{look_for}{NEEDS}: `{grouped(exported.run.fingerprint)}`."
    cells = [
        _cell("markdown", about),
        _cell("code", _imports(exported.link.experiment)),
        _cell("code", _experiment(exported.link.experiment)),
        _cell("code", _run(exported.link.experiment)),
        _cell("markdown", "Turn one knob: the same starting weights, the same samples, another α."),
        _cell("code", _other_alphas(exported.link.experiment)),
    ]
    for number, cell in enumerate(cells, start=1):
        cell["id"] = f"cell-{number}"
    plain = {"cells": cells, "metadata": {"kernelspec": KERNEL}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"


def expression(value: Any) -> str:
    """The expression of a value: fields without a default by position, others by name where they differ from it."""
    if isinstance(value, Table) and value.name is not None:
        return repr(value)
    if is_dataclass(value) and not isinstance(value, type):
        return f"{type(value).__name__}({', '.join(_arguments(value))})"
    if isinstance(value, tuple):
        inside = ", ".join(map(expression, value))
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    return repr(value)


def _arguments(value: Any) -> Iterable[str]:
    for part in fields(value):
        field_value = getattr(value, part.name)
        if part.default is MISSING:
            yield expression(field_value)
        elif field_value != part.default:
            yield f"{part.name}={expression(field_value)}"


def _experiment(experiment: Experiment) -> str:
    lines = [f"    {name}={expression(getattr(experiment, name))},\n" for name in _said(experiment)]
    return f"experiment = Experiment(\n{''.join(lines)})\n"


def _said(experiment: Experiment) -> Iterable[str]:
    """The fields of an experiment, but for later knobs that have their defaults."""
    for part in fields(experiment):
        knob = experiment.knobs.get(part.name)
        if knob is None or not knob.since_v0_2 or getattr(experiment, part.name) != knob.default:
            yield part.name


def _run(experiment: Experiment) -> str:
    return f"{_RUN}{_HELD_OUT if experiment.held_out else ''}{_scores(experiment)}{_FINGERPRINT}"


def _scores(experiment: Experiment) -> str:
    """The lines that print the score of held-out rows; none of drawn inputs, and of tables as version 0.1 had them."""
    table = experiment.inputs
    if not isinstance(table, Table) or table.names is None or not experiment.held_out:
        return ""
    if table.classes is not None:
        said = "Held-out rows right: {answers.right} of {answers.rows}."
    else:
        said = "Held-out rows: the mean error is {answers.mean_error:.3g}."
    return f'answers = scores(experiment, result.trained).held_out\nprint(f"{said}")\n'


def _imports(experiment: Experiment) -> str:
    parts = (*experiment.layers, experiment.weights)
    names = {"Experiment", *(type(part).__name__ for part in parts)}
    if isinstance(experiment.inputs, Table):
        names.add("Table" if experiment.inputs.name is None else "TABLES")
    scores = ", scores" if _scores(experiment) else ""
    return f"from engine import {', '.join(sorted(names))}, run{scores}\n"


_RUN = """result = run(experiment, experiment.network())
print(f"The first loss is {result.losses[0]:.3g}, the final loss {result.settled:.3g}.")
"""
_HELD_OUT = """print(f"Held-out samples: the loss is {result.held_out.final:.3g} after the last step.")
"""
_FINGERPRINT = """print(result.fingerprint)
"""

_OTHER_ALPHAS = """from dataclasses import replace

for alpha in ({alphas}):
    turned = run(replace(experiment, alpha=alpha), experiment.network())
    lost = "" if turned.diverged_at is None else f", diverged at {place} {{turned.diverged_at:,}}"
    print(f"alpha {{alpha:.3g}}: the final loss is {{turned.settled:.3g}}{{lost}}")
"""
_AROUND = "experiment.alpha / 2, experiment.alpha, experiment.alpha * 2"
_BELOW = "experiment.alpha / 4, experiment.alpha / 2, experiment.alpha"


def _other_alphas(experiment: Experiment) -> str:
    """The cell that turns α: to its double too, unless that is refused, as it is where weights decay fast."""
    try:
        replace(experiment, alpha=experiment.alpha * 2)
    except BenchError:
        alphas = _BELOW
    else:
        alphas = _AROUND
    return _OTHER_ALPHAS.format(alphas=alphas, place="step" if experiment.batch == 1 else "sample")


def _cell(kind: str, text: str) -> dict[str, Any]:
    lines = text.rstrip("\n").splitlines(keepends=True)
    return {"cell_type": kind, "metadata": {}, "source": lines} | (
        {"execution_count": None, "outputs": []} if kind == "code" else {}
    )
