"""The dialogs of the page (help, data, the curve's data, sharing, sweeps, a weight), the notice bar, and the footer."""

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from webapp.base import ids
from webapp.page.components.controls import aria, button, error, field, icon

HELP_TITLE = "help-title"
FACTS_TITLE = "facts-title"
KEPT_ROWS = (
    "These are your rows from before. They are not in use, and are kept until the page is closed or loaded again."
)


def notice_bar() -> html.Div:
    """The bar for notices about the whole page: a lost connection, a refusal that belongs to no field."""
    return html.Div(
        [icon("warn"), html.Span(id=ids.NOTE_TEXT)], id=ids.NOTE, className="note", role="status", hidden=True
    )


def help_dialog() -> html.Dialog:
    """The shortcuts, the switch that turns them off for users whose other tools need the keys, and the glossary.

    A script fills in both lists when the dialog is first opened: they are half as many elements as all the page has.
    """
    close = html.Button(icon("close"), type="submit", className="button square", **aria(label="Close"))
    return html.Dialog(
        [
            # A form of this method closes the dialog around it, without a script.
            html.Form([html.H2("Keys and words", id=HELP_TITLE), close], method="dialog"),
            html.P(
                "Turn one knob, and the same network rolls back to its starting weights, sees the same data again,"
                " and the page shows what that one knob changed."
            ),
            html.Table(html.Tbody(id=ids.HELP_KEYS), className="keys"),
            dmc.Switch(
                id=ids.KEYS_ON,
                label="Keyboard shortcuts on",
                checked=True,
                persistence=True,
                unstyled=True,
                className="switch",
            ),
            html.H3("Words", className="title"),
            html.Dl(id=ids.HELP_WORDS, className="words"),
        ],
        id=ids.HELP_SHEET,
        className="dialog",
        **aria(labelledby=HELP_TITLE),
    )


def data_dialog() -> html.Dialog:
    """The editor of own data: rows typed, pasted or dropped, used in order, or in a new order each pass."""
    close = html.Button(icon("close"), type="submit", className="button square", **aria(label="Close"))
    columns = [
        button(f"facts-{way}-{part}s", sign, edged=True, title=f"{word} {part}", **aria(label=f"{word} {part}"))
        for part in ("input", "output")
        for way, sign, word in (("less", "−", "One fewer"), ("more", "+", "One more"))
    ]
    return html.Dialog(
        [
            html.Form([html.H2("Own data", id=FACTS_TITLE), close], method="dialog"),
            html.P(
                "A row for each sample: what goes in, and what is expected. Type, paste from a spreadsheet, or drop a"
                " CSV.",
                className="hint",
            ),
            html.P(
                [html.Span(KEPT_ROWS), button(ids.FACTS_DISCARD, "Discard them", edged=True)],
                id=ids.FACTS_KEPT,
                className="hint kept",
                hidden=True,
            ),
            html.Div(
                html.Table(id=ids.FACTS_ROWS), className="facts-rows", tabIndex="0", **aria(label="Rows of own data")
            ),
            html.P(id=ids.FACTS_MORE, className="hint"),
            html.P("Rows repeat in order until Samples is reached.", id=ids.FACTS_ORDER, className="hint"),
            error(ids.FACTS_ERROR),
            html.Div(
                [
                    button(ids.FACTS_ADD, "Add row"),
                    button("facts-clear", "Clear"),
                    button("facts-file", "Open a CSV…"),
                    html.Span(["Inputs", *columns[:2]], className="count"),
                    html.Span(["Outputs", *columns[2:]], className="count"),
                ],
                className="acts",
            ),
            html.Div(
                [
                    dmc.Switch(
                        id=ids.FACTS_SHUFFLED,
                        label="Another order each pass, by the data seed",
                        checked=False,
                        unstyled=True,
                        className="switch",
                    ),
                    button(ids.FACTS_USE, "Use this data", edged=True),
                ],
                className="row",
            ),
        ],
        id=ids.FACTS,
        className="dialog facts",
        **aria(labelledby=FACTS_TITLE),
    )


def curve_table_dialog() -> html.Dialog:
    """The data of the curve as a table, which a script fills when it is opened."""
    close = html.Button(icon("close"), type="submit", className="button square", **aria(label="Close"))
    rows = html.Div(
        html.Table(id=ids.CURVE_ROWS),
        className="curve-rows",
        tabIndex="0",
        role="region",
        **aria(labelledby=ids.CURVE_TABLE_TITLE),
    )
    return html.Dialog(
        [
            html.Form([html.H2("The curve as a table", id=ids.CURVE_TABLE_TITLE), close], method="dialog"),
            html.P(id=ids.CURVE_TABLE_SAYS, className="hint"),
            rows,
        ],
        id=ids.CURVE_TABLE,
        className="dialog curve-table",
        **aria(labelledby=ids.CURVE_TABLE_TITLE, describedby=ids.CURVE_TABLE_SAYS),
    )


def share_dialog() -> html.Dialog:
    """The dialog to share a link: a title, a prompt, hidden parts, code for a page, a QR code. A script fills it."""
    close = html.Button(icon("close"), type="submit", className="button square", **aria(label="Close"))
    return html.Dialog(
        [
            html.Form([html.H2("Share what is shown", id=ids.SHARE_HEADING), close], method="dialog"),
            html.Div(id=ids.SHARE_BODY),
        ],
        id=ids.SHARE_DIALOG,
        className="dialog share-dialog",
        **aria(labelledby=ids.SHARE_HEADING),
    )


def sweeps_dialog() -> html.Dialog:
    """Sweeps of many runs: a new one, those that there are, and the map of one. A script fills it."""
    close = html.Button(icon("close"), type="submit", className="button square", **aria(label="Close"))
    return html.Dialog(
        [
            html.Form([html.H2("Larger maps", id=ids.SWEEPS_TITLE, tabIndex="-1"), close], method="dialog"),
            html.Div(id=ids.SWEEPS_BODY),
        ],
        id=ids.SWEEPS_DIALOG,
        className="dialog sweeps",
        **aria(labelledby=ids.SWEEPS_TITLE),
    )


def weight_dialog() -> html.Dialog:
    """A small dialog beside a clicked cell, for one weight of the checkpoint."""
    return html.Dialog(
        [
            html.P(id=ids.EDIT_LABEL, className="label"),
            html.Div(
                [
                    field(ids.EDIT_FIELD, "Value", "", keyboard="text", error=ids.EDIT_ERROR),
                    button(ids.EDIT_SET, "Set", edged=True),
                ],
                className="row",
            ),
            error(ids.EDIT_ERROR),
            html.Div(
                [button(ids.EDIT_FREEZE, "Freeze"), button(ids.EDIT_ZERO, "Set to 0")],
                className="acts",
            ),
        ],
        id=ids.EDIT,
        className="dialog edit",
        **aria(labelledby=ids.EDIT_LABEL),
    )


def footer() -> html.Footer:
    """The most important keys, and the meaning of a fingerprint; a script puts the tooltip here."""
    words: list[str | Component] = ["Keys: ", *keys("←", "→"), " step, ", *keys("Space"), " play, "]
    words += [*keys("[", "]"), " α, ", *keys("N"), " next seed, ", *keys("P"), " pin, "]
    words += [*keys("U"), " undo, ", *keys("?"), " all keys"]
    promise = "The same knobs give the same run, to the last bit, on every machine that runs this build."
    return html.Footer([html.Span(words), html.Span(promise)], className="foot")


def keys(*names: str) -> list[str | Component]:
    """Names of keys as `kbd` elements with a blank between them."""
    caps: list[str | Component] = []
    for name in names:
        caps += [html.Kbd(name), " "]
    return caps[:-1]
