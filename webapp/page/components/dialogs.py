"""The dialogs of the page (help, data, the curve's data, sharing, sweeps, a weight), the notice bar, and the footer."""

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from webapp.page.components.controls import aria, button, error, field, icon

HELP_TITLE = "help-title"
FACTS_TITLE = "facts-title"
KEPT_ROWS = (
    "These are your rows from before. They are not in use, and are kept until the page is closed or loaded again."
)


def notice_bar() -> html.Div:
    """The bar for notices about the whole page: a lost connection, a refusal that belongs to no field."""
    return html.Div([icon("warn"), html.Span(id="note-text")], id="note", className="note", role="status", hidden=True)


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
            html.Table(html.Tbody(id="help-keys"), className="keys"),
            dmc.Switch(
                id="keys-on",
                label="Keyboard shortcuts on",
                checked=True,
                persistence=True,
                unstyled=True,
                className="switch",
            ),
            html.H3("Words", className="title"),
            html.Dl(id="help-words", className="words"),
        ],
        id="help-sheet",
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
                [html.Span(KEPT_ROWS), button("facts-discard", "Discard them", edged=True)],
                id="facts-kept",
                className="hint kept",
                hidden=True,
            ),
            html.Div(
                [
                    button(f"facts-as-{view}", title, edged=True, **aria(pressed="false"))
                    for view, title in (("columns", "Columns"), ("rows", "Rows"))
                ],
                id="facts-views",
                className="views",
                role="group",
                hidden=True,
                **aria(label="Columns or rows"),
            ),
            html.Div(
                html.Table(id="facts-columns"),
                className="facts-columns",
                tabIndex="0",
                **aria(label="Columns of own data"),
            ),
            html.P(id="facts-stay", className="hint of-columns"),
            html.P(id="facts-split", className="hint of-columns"),
            html.Div(
                html.Table(id="facts-rows"), className="facts-rows", tabIndex="0", **aria(label="Rows of own data")
            ),
            html.P(id="facts-more", className="hint"),
            html.P("Rows repeat in order until Samples is reached.", id="facts-order", className="hint"),
            error("facts-error"),
            html.Div(
                [
                    button("facts-add", "Add row"),
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
                        id="facts-shuffled",
                        label="Another order each pass, by the data seed",
                        checked=False,
                        unstyled=True,
                        className="switch",
                    ),
                    button("facts-use", "Use this data", edged=True),
                ],
                className="row",
            ),
        ],
        id="facts",
        className="dialog facts",
        **aria(labelledby=FACTS_TITLE),
    )


def curve_table_dialog() -> html.Dialog:
    """The data of the curve as a table, which a script fills when it is opened."""
    close = html.Button(icon("close"), type="submit", className="button square", **aria(label="Close"))
    rows = html.Div(
        html.Table(id="curve-rows"),
        className="curve-rows",
        tabIndex="0",
        role="region",
        **aria(labelledby="curve-table-title"),
    )
    return html.Dialog(
        [
            html.Form([html.H2("The curve as a table", id="curve-table-title"), close], method="dialog"),
            html.P(id="curve-table-says", className="hint"),
            rows,
        ],
        id="curve-table",
        className="dialog curve-table",
        **aria(labelledby="curve-table-title", describedby="curve-table-says"),
    )


def share_dialog() -> html.Dialog:
    """The dialog to share a link: a title, a prompt, hidden parts, code for a page, a QR code. A script fills it."""
    close = html.Button(icon("close"), type="submit", className="button square", **aria(label="Close"))
    return html.Dialog(
        [
            html.Form([html.H2("Share what is shown", id="share-heading"), close], method="dialog"),
            html.Div(id="share-body"),
        ],
        id="share-dialog",
        className="dialog share-dialog",
        **aria(labelledby="share-heading"),
    )


def sweeps_dialog() -> html.Dialog:
    """Sweeps of many runs: a new one, those that there are, and the map of one. A script fills it."""
    close = html.Button(icon("close"), type="submit", className="button square", **aria(label="Close"))
    return html.Dialog(
        [
            html.Form([html.H2("Larger maps", id="sweeps-title", tabIndex="-1"), close], method="dialog"),
            html.Div(id="sweeps-body"),
        ],
        id="sweeps-dialog",
        className="dialog sweeps",
        **aria(labelledby="sweeps-title"),
    )


def weight_dialog() -> html.Dialog:
    """A small dialog beside a clicked cell, for one weight of the checkpoint."""
    return html.Dialog(
        [
            html.P(id="edit-label", className="label"),
            html.Div(
                [
                    field("edit-field", "Value", "", keyboard="text", error="edit-error"),
                    button("edit-set", "Set", edged=True),
                ],
                className="row",
            ),
            error("edit-error"),
            html.Div(
                [button("edit-freeze", "Freeze"), button("edit-zero", "Set to 0")],
                className="acts",
            ),
        ],
        id="edit",
        className="dialog edit",
        **aria(labelledby="edit-label"),
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
