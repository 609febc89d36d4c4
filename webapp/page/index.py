"""The HTML document around the page, and its metadata."""

import json
import re
from collections.abc import Sequence
from typing import Any

from dash import __version__ as dash_version
from dash.fingerprint import build_fingerprint
from plotly import __version__ as plotly_version

from webapp.page.before_dash.document import dash_scripts, first_requests, static_parts
from webapp.page.stage.stage import View
from webapp.page.stage.views import FIRST, VIEWS

BUILD = "0"
"""Dash wants a build number in an address that browsers may keep for ever; the version is enough."""

FONTS = tuple(f"IBMPlexSans-{weight}-Latin1.woff2" for weight in ("Regular", "Medium", "SemiBold"))
"""The font files that every page needs at once."""

SESSION_KEY = "nnbench-bench"
"""The key under which a tab stores the run that a reload goes on with."""

ARRIVING = f"""{{
  const goesOn = parent === window && sessionStorage.getItem("{SESSION_KEY}") !== null;
  const elsewhere = location.search.length > 1 && !("answered" in document.documentElement.dataset);
  document.documentElement.classList.toggle("arriving", goesOn || elsewhere);
}}"""
"""Marks before the first paint that another run than the document's will be shown, which is not to be taken for it."""

THEME_KEY = "mantine-color-scheme-value"
"""The key under which Mantine stores the theme that somebody chose."""

VIEW_KEY = "nnbench-view"
"""The key under which the page stores the view of the stage that was shown last."""

PARTS = {
    "network": "The network",
    "data": "Data",
    "training": "Samples",
    "seed": "Data seed",
    "weights": "Weights, first and learned",
    "runs": "The table of runs",
    "landscape": "The landscape",
    "probe": "The probe",
}
"""The parts of the page that a link may hide, by their names in links, with titles; see assets/css/embed.css."""

SINGLE_KNOBS = {"alpha": "Learning rate α", "samples": "Samples", "seed": "Data seed"}
"""The knobs that a link may leave as the only one, by their names in links, with titles."""

STORAGE = """for (const name of ["localStorage", "sessionStorage"]) {
  try { window[name].length; } catch {
    const kept = new Map();
    const getItem = (key) => kept.get(key) ?? null, setItem = (key, text) => kept.set(key, String(text));
    const removeItem = (key) => kept.delete(key);
    Object.defineProperty(window, name, { value: { getItem, setItem, removeItem } });
    window.BroadcastChannel = class { postMessage() {} };
  }
}"""
"""Where a browser lets this page store nothing, it remembers while it is open; or Dash would not show it at all. No tab
comes with a copy of that memory, and Firefox refuses a channel to other tabs with it."""


def stage_view(views: Sequence[View] = VIEWS) -> str:
    """Marks the document before the first paint as its link says: with the view of the stage and those beside it, with
    the mark of a bench in somebody else's page or on a projector, with the hidden parts, and with the only knob that
    turns. A link that names no view, nor has a lesson about one, gets the one shown last, or else the first one."""
    lasting = {
        view.name: {"small": " ".join(view.small), "framed": view.framed, "part": view.part}
        for view in views
        if view.lasting
    }
    return f"""{{
  const link = new URLSearchParams(location.search), {{ dataset }} = document.documentElement;
  const embedded = link.get("embed") === "1";
  let view = dataset.view || link.get("view") || (embedded ? null : localStorage.getItem("{VIEW_KEY}"));
  const views = {json.dumps(lasting)};
  if (embedded) dataset.embed = "1";
  else if (link.get("present") === "1") dataset.present = "1";
  const parts = {json.dumps(list(PARTS))};
  const named = (link.get("hide") || "").split(",");
  const hidden = parts.filter((part) => named.includes(part));
  const isOffered = ({{ framed, part }}) => (framed || !embedded) && !hidden.includes(part);
  if (!Object.hasOwn(views, view) || !isOffered(views[view])) view = "{FIRST}";
  dataset.view = view;
  dataset.small = views[view].small;
  if (hidden.length) dataset.hide = hidden.join(" ");
  if ({json.dumps(list(SINGLE_KNOBS))}.includes(link.get("only"))) dataset.only = link.get("only");
}}"""


VISITED_KEY = "nnbench-visited"
"""The key under which the page stores that somebody has been here."""

FIRST_VISIT = f"""if (!location.search) {{
  try {{
    const first = localStorage.getItem("{VISITED_KEY}") === null;
    localStorage.setItem("{VISITED_KEY}", "yes");
    document.documentElement.toggleAttribute("data-first-visit", first);
  }} catch {{}}
}}"""
"""Marks a first visit before the first paint, so that nothing moves; a visitor with a link came for its content, and a
browser that stores nothing knows of no first visit."""

COLOUR_SCHEME = f"""try {{
  const system = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {{
    const forced = matchMedia("(forced-colors: active)").matches;
    const chosen = forced ? null : localStorage.getItem("{THEME_KEY}");
    const dark = chosen === "dark" || (chosen !== "light" && system.matches);
    document.documentElement.dataset.mantineColorScheme = dark ? "dark" : "light";
  }};
  follow();
  system.addEventListener("change", follow);
  addEventListener("storage", ({{ key }}) => key === "{THEME_KEY}" && follow());
}} catch {{ document.documentElement.dataset.mantineColorScheme = "light"; }}"""
"""Chooses the theme before the first paint, so that nothing flashes, and again where the system's changes, or another
tab chooses one, as Mantine does once it has loaded. Where the system chooses the colours, the theme goes with them."""

LOADED_AGAIN = """addEventListener("error", ({ target: missing }) => {
  if (!missing.matches?.("[data-again]")) return;
  const again = document.createRange().createContextualFragment(missing.outerHTML);
  setTimeout(() => missing.replaceWith(again), 3000);
}, true);"""
"""Asks again for a file whose element has `data-again`, three seconds after it could not be had."""

EVERYWHERE = f"{COLOUR_SCHEME}\n{LOADED_AGAIN}"
"""The script of every page before its first paint: as one text, it has one hash in the Content-Security-Policy."""

EXPECTED = '<link rel="expect" href="#landscape" blocking="render">'
"""Asks for the first paint once what stands above the first screen's end is there: a slow processor paints before that,
and what has come first moves down. Browsers that do not know it paint as they do."""

META_TAGS = [
    {
        "name": "viewport",
        # The last word lets the knob tray rise with a telephone's keyboard.
        "content": "width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content",
    },
    {"name": "color-scheme", "content": "light dark"},
]


ABOUT = "Turn one knob, and the same network rolls back, sees the same data again, and shows what that knob changed."
PREVIEW = "preview.png"
PREVIEW_SIZE = (1200, 630)
"""The preview image for links to the page: a screenshot of it, in assets/."""


def meta_tags(public_url: str, prefix: str) -> list[dict[str, str]]:
    """The metadata of the page for browsers, search engines, and previews of links."""
    start = f"{public_url}/" if public_url else prefix
    width, height = map(str, PREVIEW_SIZE)
    open_graph = {
        "og:type": "website",
        "og:site_name": "NNBench",
        "og:title": "NNBench: see what one knob does to a neural network",
        "og:description": ABOUT,
        "og:image": f"{start}assets/{PREVIEW}",
        "og:image:width": width,
        "og:image:height": height,
        "og:image:alt": "The bench: knobs on the left, a loss curve that falls, and the weights of the trained network",
    }
    return [
        *META_TAGS,
        {"name": "description", "content": ABOUT},
        *({"property": name, "content": content} for name, content in open_graph.items()),
        {"name": "twitter:card", "content": "summary_large_image"},
    ]


def data_block(id_: str, values: Any) -> str:
    """Plain values as a block of the page: no browser runs it, so the Content-Security-Policy needs no hash."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="{id_}">{text}</script>'


def font_links(prefix: str) -> str:
    """Links that request the fonts before the styles that name them, so that nothing moves when they arrive."""
    paths = (f"{prefix}assets/fonts/{font}" for font in FONTS)
    return "\n".join(f'<link rel="preload" href="{path}" as="font" crossorigin>' for path in paths)


PAGE, BLOCK, ATTRIBUTES = "{%page%}", "{%block%}", "{%attributes%}"
"""Places in the document: the HTML of its page, the start values of the scripts, and what the styles are to know."""


def with_page(document: str, markup: str, block: str, attributes: str) -> str:
    """The document with the page of its address."""
    parts = {PAGE: markup, BLOCK: block, ATTRIBUTES: attributes}
    # All at once: a page may hold text that looks like a place.
    return re.sub("|".join(map(re.escape, parts)), lambda place: parts[place[0]], document)


def index(prefix: str, constants: str = "", no_script: str = "", scripts: str = "", styles: str = "") -> str:
    """The document that Dash fills in, with a language, the theme before the first paint, nothing from other hosts.

    `constants` is the block of constants that the scripts need from Python; `no_script` stands in place of the page
    where no script runs. `scripts` is the address of the page's own scripts. `styles` is an element with the style
    sheet, with which a browser shows the page as soon as it has come, and asks for the rest then. `with_page` puts the
    parts that depend on the address into their places: `PAGE`, `BLOCK` and `ATTRIBUTES`.

    Plotly is the largest file, and waits in a template until `core/plotly.js` needs it.
    """
    plotly, graph = (
        f"{prefix}_dash-component-suites/{build_fingerprint(path, version, BUILD)}"
        for path, version in (
            ("plotly/package_data/plotly.min.js", plotly_version),
            ("dash/dcc/async-graph.js", dash_version),
        )
    )
    return f"""<!DOCTYPE html>
<html lang="en"{ATTRIBUTES}>
<head>
{{%metas%}}
<title>{{%title%}}</title>
<script>{STORAGE}</script>
<script>{EVERYWHERE}</script>
<script>{stage_view()}
{FIRST_VISIT}
{ARRIVING}</script>
{styles or "{%css%}"}
{EXPECTED}
{{%favicon%}}
</head>
<body>
{no_script}
{static_parts(PAGE)}
<link rel="preload" href="{scripts}" as="script">
{font_links(prefix)}
{first_requests(prefix)}
<template id="plotly"><script src="{plotly}"></script></template>
{constants}{BLOCK}
{{%app_entry%}}
{{%config%}}
{dash_scripts(graph)}
<script src="{scripts}" data-again></script>
</body>
</html>
"""
