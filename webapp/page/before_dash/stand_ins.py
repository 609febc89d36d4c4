"""Stand-ins for controls: likenesses with their first values, in the page until Dash has mounted the controls.

A stand-in has the classes by which the style sheets know Mantine's own elements, so that nothing moves when the control
takes its place.
"""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

import numpy as np

from webapp.figures.encode import decoded
from webapp.figures.loss import LINE

ATTRIBUTES = {"className": "class", "htmlFor": "for"}
"""Properties that HTML calls otherwise; of the others it has the name in small letters."""

WIDE, HIGH = 3000, 2000
"""The box of a line, in units of its own."""
MOST_POINTS = 600
"""The most points of a line; the page's scripts draw all of them."""


def element(tag: str, properties: Mapping[str, Any], content: str) -> str:
    """One element; a property that is False or None is left out."""
    return f"<{tag}{attributes(properties)}>" + ("" if tag == "input" else f"{content}</{tag}>")


def input_of(properties: Mapping[str, Any]) -> str:
    """An input whose value no browser restores: on the way back to a page, browsers restore inputs by their order,
    which scripts have changed."""
    return element("input", {**properties, "autocomplete": "off"}, "")


def attributes(properties: Mapping[str, Any]) -> str:
    """The attributes of an element, each after a blank."""
    # 0 is a value, though it equals False.
    given = {name: value for name, value in properties.items() if value is not None and value is not False}
    return "".join(attribute(ATTRIBUTES.get(name, name.lower()), value) for name, value in given.items())


def attribute(name: str, value: Any) -> str:
    """An attribute after a blank; style is given as a mapping, and True stands for itself."""
    if value is True:
        return f" {name}"
    text = ";".join(f"{rule}:{set_to}" for rule, set_to in value.items()) if name == "style" else str(value)
    return f' {name}="{escape(text)}"'


def box(kind: str, part: str, content: str, **more: Any) -> str:
    """An element of a control, with the class that Mantine gives it."""
    return element("div", {"className": f"mantine-{kind}-{part}", **more}, content)


def root(kind: str, given: Mapping[str, Any], content: str, **more: Any) -> str:
    """A control's outermost element."""
    classes = f"{given.get('className', '')} mantine-{kind}-root".strip()
    return element("div", {"className": classes, **more}, content)


def text_input(given: Mapping[str, Any]) -> str:
    """A field with its text."""
    return field("TextInput", given, given["value"], described=given["attributes"]["input"]["aria-describedby"])


def select(given: Mapping[str, Any]) -> str:
    """A menu that shows its choice."""
    icon = box("Select", "section", '<span class="icon icon-down"></span>', **{"data-position": "right"})
    return field("Select", given, label_of(given["data"], given["value"]), icon, readonly=True)


def field(
    kind: str, given: Mapping[str, Any], text: str, after: str = "", *, readonly: bool = False, described: str = ""
) -> str:
    """An input with its label before it and perhaps something after its text."""
    label = given.get("label")
    named = {"className": f"mantine-{kind}-label", "htmlFor": given["id"]}
    name = element("label", named, escape(label)) if label else ""
    shown = {
        "id": given["id"],
        "className": f"mantine-{kind}-input",
        "inputMode": given.get("inputProps", {}).get("inputMode"),
        "value": text,
        "readOnly": readonly,
        "spellcheck": "false",
        "aria-describedby": described or None,
    }
    return root(kind, given, name + box(kind, "wrapper", input_of(shown) + after))


def label_of(rows: Any, value: Any) -> str:
    """The label of a value in the rows of a menu, which may stand in groups."""
    return next((row["label"] for row in flat(rows) if row["value"] == value), "")


def flat(rows: Any) -> Iterator[Mapping[str, Any]]:
    """The rows of a menu without their groups."""
    for row in rows:
        yield from row.get("items", [row])


def slider(given: Mapping[str, Any]) -> str:
    """A track with the thumb at its value."""
    low, high, value = given["min"], given["max"], given["value"]
    scale = {"aria-valuemin": low, "aria-valuemax": high, "aria-valuenow": value, "data-step": given["step"]}
    at = {"--slider-thumb-offset": f"{100 * (value - low) / (high - low):g}%"}
    name = {"role": "slider", "tabIndex": 0, "aria-label": given["thumbLabel"]}
    thumb = box("Slider", "thumb", "", **name, **scale, style=at)
    return root("Slider", given, box("Slider", "trackContainer", box("Slider", "track", thumb)), id=given["id"])


def segmented(given: Mapping[str, Any]) -> str:
    """The choices side by side, with the chosen one marked."""
    choices = "".join(choice(row, given["value"], given["id"]) for row in given["data"])
    name = {"role": "radiogroup", "aria-label": given["aria-label"]}
    return root("SegmentedControl", given, choices, id=given["id"], **name)


def choice(row: Mapping[str, str], chosen: str, group: str) -> str:
    """One of the choices."""
    value, id_ = row["value"], f"{group}-stand-in-{row['value']}"
    given = {"type": "radio", "id": id_, "name": f"{group}-stand-in", "value": value, "checked": value == chosen}
    tick = input_of(given)
    text = element("label", {"htmlFor": id_}, element("span", {}, escape(row["label"])))
    return box("SegmentedControl", "control", tick + text)


def checkbox(given: Mapping[str, Any]) -> str:
    """A box to tick, and its text."""
    tick = input_of({"type": "checkbox", "id": given["id"], "checked": given["checked"]})
    text = box("Checkbox", "labelWrapper", element("label", {"htmlFor": given["id"]}, escape(given["label"])))
    return root("Checkbox", given, box("Checkbox", "body", box("Checkbox", "inner", tick) + text))


def graph(given: Mapping[str, Any]) -> str:
    """The box of a graph, with the line of a run where the figure has one."""
    figure = given["figure"]
    lines = "".join(run_line(part, figure["layout"]) for part in figure["data"] if part.get("uid") == LINE)
    return element("div", {"id": given["id"], "className": given["className"]}, lines)


def run_line(trace: Mapping[str, Any], layout: Mapping[str, Any]) -> str:
    """The line of a run as SVG, stretched over the box that the axes enclose; nothing of one that is not shown."""
    if not trace["visible"]:
        return ""
    (_, last), (low, high) = layout["xaxis"]["range"], layout["yaxis"]["range"]
    losses = decoded(trace["y"])
    steps = decoded(trace["x"]) if "x" in trace else np.arange(len(losses))
    some = np.unique(np.linspace(0, max(0, len(steps) - 1), min(len(steps), MOST_POINTS)).astype(int))
    across = steps[some] / last
    down = (high - np.log10(losses[some])) / (high - low)
    points = "L".join(f"{WIDE * x:.0f} {HIGH * max(0.0, y):.0f}" for x, y in zip(across, down, strict=True))
    # A run that is lost at its first step has no line.
    line = element("path", {"d": f"M{points}", "vector-effect": "non-scaling-stroke"}, "") if points else ""
    box = {"className": "first-line", "viewBox": f"0 0 {WIDE} {HIGH}", "preserveAspectRatio": "none"}
    return element("svg", {"aria-hidden": "true", **box}, line)
