"""The pages, and the frame that each of them stands in."""

from dash.fingerprint import build_fingerprint
from plotly import __version__ as plotly_version

PLOTLY_BUILD = "0"
"""Dash wants one in an address that is kept for ever; the version says it all."""

COLOUR_SCHEME = """try {
  const chosen = localStorage.getItem("mantine-color-scheme-value");
  const system = matchMedia("(prefers-color-scheme: dark)").matches;
  const dark = chosen === "dark" || (chosen !== "light" && system);
  document.documentElement.dataset.mantineColorScheme = dark ? "dark" : "light";
} catch { document.documentElement.dataset.mantineColorScheme = "light"; }"""
"""Chooses the theme before anything is painted, as Mantine will once it has loaded; so nothing flashes."""

META_TAGS = [
    {
        "name": "viewport",
        # The last word lets the knob tray rise with a telephone's keyboard.
        "content": "width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content",
    },
    {"name": "color-scheme", "content": "light dark"},
]


def index(prefix: str) -> str:
    """The frame that Dash fills in: with a language, a theme before the first paint, nothing from elsewhere.

    Plotly is asked for first, since it is most of what travels, and run last, so that the other scripts have run when
    it arrives. Dash by itself would fetch it when the first graph is mounted, half a second later.
    """
    build = build_fingerprint("plotly/package_data/plotly.min.js", plotly_version, PLOTLY_BUILD)
    plotly = f"{prefix}_dash-component-suites/{build}"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
{{%metas%}}
<title>{{%title%}}</title>
<script>{COLOUR_SCHEME}</script>
<link rel="preload" href="{plotly}" as="script">
{{%favicon%}}
{{%css%}}
</head>
<body>
{{%app_entry%}}
{{%config%}}
{{%scripts%}}
<script src="{plotly}"></script>
{{%renderer%}}
</body>
</html>
"""
