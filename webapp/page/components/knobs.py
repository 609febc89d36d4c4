"""The knobs: a column on a large screen; on a phone a tray with a tab for each.

A knob is one block with a label, a field, perhaps a slider, and an element for the sentence that refuses a value.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from dash import html
from dash.development.base_component import Component

from engine.data.table import TABLE
from engine.experiments.knobs import (
    FOLDS,
    INPUTS,
    LOSS,
    NESTEROV,
    OPTIMIZER,
    RATE,
    SAMPLES,
    SCALING,
    SPLIT,
    Choice,
    Knob,
    Whole,
    WholeNumbers,
)
from engine.layers.initializers import INITIALIZERS
from engine.rules.optimizers import OPTIMIZERS
from webapp.bench.knob_controls import control_id, slider_of
from webapp.bench.knob_values import (
    ALPHA_TICKS,
    POSITION_OF,
    SAMPLES_TICKS,
    SLIDER_STEPS,
    position_of,
    samples_position,
)
from webapp.page.components.controls import (
    aria,
    button,
    checkbox,
    error,
    field,
    icon_button,
    segmented,
    select,
    slider,
)

TABS = (
    ("knob-alpha", "α"),
    ("knob-samples", "Samples"),
    ("knob-seed", "Seed"),
    ("knob-target", "Target"),
    ("knob-training", "Training"),
    ("knob-inputs", "Data"),
    ("knob-weights", "Weights"),
)
"""The knobs by the ids of their blocks, with the texts of their tabs."""
IDS = re.compile(r"#([\w-]+)")
"""The ids in a selector."""
OF_A_TABLE = "of-a-table"
"""The class of the knobs while the samples are a table; a script sets it."""


def knobs(
    controls: Mapping[str, Any],
    targets: Sequence[Any],
    choices: Sequence[Any],
    drawn: Mapping[str, Any],
    outputs: int,
    spoken: str = "",
) -> html.Section:
    """The column of knobs, or the tray.

    `controls` has the value of each control, by its knob's name; `targets` and `choices` are the rows of the two
    menus, `drawn` says how the starting weights are drawn. `outputs` is the number of the target's formulas. The fold
    of the control of which a lesson speaks, by its selector, is open while it does.
    """
    blocks = [
        alpha_knob(controls["alpha"], controls["position"]),
        number_knob(SAMPLES, controls["samples"]),
        seed_knob(controls["seed"]),
        target_knob(targets, controls, outputs),
        training_knob(controls),
        inputs_knob(choices, controls),
        weights_knob(**drawn),
    ]
    for block in blocks:
        unfold(block, spoken)
    tabs = [html.A(text, href=f"#{block}", **aria(current=str(block == "knob-alpha").lower())) for block, text in TABS]
    return html.Section(
        [
            html.Button(
                id="knob-grip", type="button", className="grip", **aria(label="Fold the knobs", expanded="true")
            ),
            html.Nav(tabs, id="knob-tabs", className="tabs", **aria(label="Knobs")),
            html.Div(blocks, className="rail"),
        ],
        className=f"knobs {OF_A_TABLE}" if controls[INPUTS.name] == TABLE else "knobs",
        **aria(label="Knobs"),
    )


def unfold(block: Component, control: str) -> None:
    """Opens a fold that has the control with this selector, as a script does while a lesson speaks of it."""
    is_folded = isinstance(block, html.Details) and not getattr(block, "open", False)
    if is_folded and any(id_ in block for id_ in IDS.findall(control)):
        for name, value in {"open": True, "data-unfolded": ""}.items():
            setattr(block, name, value)


def alpha_knob(alpha: str, position: float) -> html.Div:
    """The learning rate, typed, or dragged along a scale that is fine where it is small.

    Over the scale a script draws where each position leads, and on it whether that run learns.
    """
    return html.Div(
        [
            field(
                "alpha-field",
                "Learning rate α",
                alpha,
                keyboard="decimal",
                error="alpha-error",
                extra="now",
            ),
            html.Div(
                id="lr-range", className="lr-range", role="img", **aria(label="Final loss at each α: not run yet")
            ),
            html.Div(
                slider("alpha-slider", "Learning rate α", low=0, high=1, step=1 / SLIDER_STEPS, value=position),
                id="alpha-track",
                className="track",
            ),
            html.Div(id="alpha-outcomes", className="ticks outcomes"),
            html.Div([tick(position_of(alpha), text) for alpha, text in ALPHA_TICKS], className="ticks"),
            # Its tooltip, and that of the rank below, is for the keyboard too.
            html.P(id="alpha-state", className="state", tabIndex="0"),
            error("alpha-error"),
        ],
        id="knob-alpha",
        className="knob",
    )


def tick(position: float, text: str) -> html.Span:
    """A number under a slider, at its position."""
    return html.Span(text, style={"left": f"{100 * position:.2f}%"})


def number_knob(knob: Knob, shown: Any) -> html.Div:
    """A number, typed, and dragged where it has a slider; a number past the slider's end is typed."""
    refusal, scale = f"{knob.name}-error", slider_of(knob)
    whole = isinstance(knob.kind, Whole)
    text = f"{shown:,}" if whole and isinstance(shown, int) else str(shown)
    parts = [field(f"{knob.name}-field", knob.title, text, keyboard="numeric" if whole else "decimal", error=refusal)]
    if scale is not None:
        at = POSITION_OF.get(knob.name, float)
        value = min(at(shown), scale.high)
        parts.append(
            slider(f"{knob.name}-slider", knob.title, low=scale.low, high=scale.high, step=scale.step, value=value)
        )
    if knob is SAMPLES:
        ticks = [tick(samples_position(samples), f"{samples:,}") for samples in SAMPLES_TICKS]
        parts.append(html.Div(ticks, className="ticks"))
    return html.Div([*parts, error(refusal)], id=f"knob-{knob.name}", className="knob")


def seed_knob(seed: int) -> html.Div:
    """The data seed, and the final losses of other seeds, for each of which a script draws a dot."""
    typed = field("seed-field", "Data seed", str(seed), keyboard="numeric", error="seed-error", extra="short")
    return html.Div(
        [
            html.Div([typed, button("next-seed", "Next seed", edged=True)], className="row"),
            html.Div(id="seed-dots", className="dots", role="group", **aria(label="Final losses of 32 data seeds")),
            html.P(id="seed-rank", className="hint", tabIndex="0"),
            error("seed-error"),
        ],
        id="knob-seed",
        className="knob",
    )


def target_knob(targets: Sequence[Any], controls: Mapping[str, Any], outputs: int) -> html.Details:
    """The target by name, and below it room for the formula of each output, which a script writes; of a table its
    answer, how it is scaled, and a bar of its learned, held-out and test rows, which a script draws."""
    target = controls["ideal"]
    title, label = ("Table", "Answer") if controls[INPUTS.name] == TABLE else ("Target", "Named")
    return fold(
        "knob-target",
        title,
        "target-said",
        "",
        [
            select("target", targets, target, width=220, indent=-26, label=label, className="field menu-field"),
            html.Div(id="target-formulas", className="formulas", style={"--outputs": outputs}),
            error("target-error"),
            *fold_rows("table", controls),
            html.Div(id="split-bar", className="of-tables", role="group", **aria(label="Rows of the table")),
        ],
        opened=True,
    )


def fold_rows(name: str, controls: Mapping[str, Any]) -> list[html.Div]:
    """The rows of a fold; the switch of Nesterov's momentum stands beside the optimizer."""
    rows: dict[str, Callable[[Any], html.Div]] = {
        RATE.name: rate_row,
        OPTIMIZER.name: partial(optimizer_row, nesterov=controls[NESTEROV.name]),
        **{knob.name: partial(choice_row, knob) for knob in (LOSS, SCALING, SPLIT)},
    }
    knobs = [knob for knob in FOLDS[name] if knob is not NESTEROV]
    return [rows.get(knob.name, partial(fold_row, knob))(controls[knob.name]) for knob in knobs]


def fold_row(knob: Knob, shown: Any) -> html.Div:
    """A number in a fold, or several: its name, its slider and its field in one line."""
    refusal, scale = f"{knob.name}-error", slider_of(knob)
    keyboard = "text" if isinstance(knob.kind, WholeNumbers) else "decimal"
    parts: list[Any] = [field(f"{knob.name}-field", knob.title, str(shown), keyboard=keyboard, error=refusal)]
    if scale is not None:
        at = POSITION_OF.get(knob.name, float)
        value = min(at(knob.kind.parse(str(shown))), scale.high)
        parts.append(
            slider(f"{knob.name}-slider", knob.title, low=scale.low, high=scale.high, step=scale.step, value=value)
        )
    return html.Div([*parts, error(refusal)], id=f"knob-{knob.name}", className=row_class(knob))


def row_class(knob: Knob, more: str = "") -> str:
    """The classes of a knob's row in a fold: that of a table is seen where the samples are one."""
    return " ".join(filter(None, ("fold-row", more, "of-tables" if knob.of_tables else "")))


def training_knob(controls: Mapping[str, Any]) -> html.Details:
    """The rule of learning, beside α: momentum, the rate, decay, the batch, the optimizer and the loss."""
    return fold(
        "knob-training",
        "Training",
        "training-said",
        "",
        fold_rows("training", controls),
    )


def rate_row(shown: str) -> html.Div:
    """The rate: a formula, a menu of named ones, and its shape over the run, which a script draws."""
    refusal = f"{RATE.name}-error"
    return html.Div(
        [
            field(f"{RATE.name}-field", RATE.title, shown, keyboard="text", error=refusal),
            icon_button("rate-shapes", "down", "Shapes of the rate"),
            html.Span(id="rate-curve", className="rate-curve"),
            error(refusal),
        ],
        id=f"knob-{RATE.name}",
        className="fold-row rate-row",
    )


def optimizer_row(shown: str, *, nesterov: bool) -> html.Div:
    """The step that a gradient becomes, and whether momentum is Nesterov's."""
    rows = [{"value": row.name, "label": row.title} for row in OPTIMIZERS.values()]
    menu = select(
        OPTIMIZER.link_name, rows, shown, width=140, indent=-26, label=OPTIMIZER.title, className="field menu-field"
    )
    return html.Div(
        [
            menu,
            checkbox(NESTEROV.link_name, NESTEROV.title, on=nesterov),
            html.P(id="optimizer-says", className="hint"),
            error(f"{OPTIMIZER.name}-error"),
            error(f"{NESTEROV.name}-error"),
        ],
        id=f"knob-{OPTIMIZER.name}",
        className="fold-row optimizer-row",
    )


def choice_row(knob: Knob, shown: str) -> html.Div:
    """A menu of the values of a choice."""
    options = knob.kind.options if isinstance(knob.kind, Choice) else {}
    rows = [{"value": name, "label": title[:1].upper() + title[1:]} for name, title in options.items()]
    menu = select(control_id(knob), rows, shown, width=160, indent=-26, label=knob.title, className="field menu-field")
    row = row_class(knob, "optimizer-row choice-row")
    return html.Div([menu, error(f"{knob.name}-error")], id=f"knob-{knob.name}", className=row)


def inputs_knob(choices: Sequence[Any], controls: Mapping[str, Any]) -> html.Details:
    """The distribution of the inputs, or a table of own data; and the samples that are made of them."""
    inputs = controls[INPUTS.name]
    menu = select("inputs", choices, inputs, width=180, indent=-26, label="Inputs", className="field menu-field")
    return fold(
        "knob-inputs",
        "Data",
        "inputs-said",
        "",
        [
            html.Div([menu, button("open-facts", "Own data…", edged=True)], className="row"),
            html.P(id="inputs-rows", className="hint"),
            error("inputs-error"),
            *fold_rows("data", controls),
            html.P(id="held-out-says", className="hint"),
        ],
    )


def weights_knob(seed: int | None, scheme: str, says: str) -> html.Details:
    """The weight seed and the initializer of the first weights."""
    typed = field(
        "weights-field",
        "Weight seed",
        "" if seed is None else str(seed),
        keyboard="numeric",
        error="weights-error",
        extra="short",
    )
    schemes = [(row.name, row.title) for row in INITIALIZERS.values()]
    return fold(
        "knob-weights",
        "First weights",
        "weights-said",
        says,
        [
            html.Div([typed, button("next-weights", "Next")], className="row"),
            segmented("scheme", "Size of the starting weights", schemes, scheme),
            error("weights-error"),
        ],
    )


def fold(id_: str, title: str, said: str, says: str, parts: Sequence[Any], *, opened: bool = False) -> html.Details:
    """A block of knobs that can be folded; its heading names their values, which a script writes."""
    summary = html.Summary([html.B(title), html.Span(says, id=said, className="label")])
    return html.Details([summary, *parts], id=id_, className="knob fold", open=opened)
