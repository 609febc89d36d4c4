"""The parts of the document that are there before Dash: the page's HTML, and Dash's scripts, which wait."""

FIRST_REQUESTS = ("_dash-layout", "_dash-dependencies")
"""The addresses that Dash's client requests as soon as it has started."""


def dash_scripts(graph: str) -> str:
    """Dash's scripts are most of what a page loads, and wait in a template until the page's own have run. `graph` is
    the address of the script of graphs: Dash would ask for it later, once, and show no graph where it does not come."""
    return f"""<template id="dash">
{{%scripts%}}
<script src="{graph}"></script>
{{%renderer%}}
</template>"""


def static_parts(markup: str) -> str:
    """The element that holds the page's HTML until Dash has an element for it."""
    return f'<div id="static-parts">{markup}</div>'


def first_requests(prefix: str) -> str:
    """Links that request the layout with the scripts: Dash asks for it when they have run, and gets it at once."""
    paths = (f"{prefix}{path}" for path in FIRST_REQUESTS)
    return "\n".join(f'<link rel="preload" href="{path}" as="fetch" crossorigin>' for path in paths)
