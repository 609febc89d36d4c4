"""The pages, and the frame that each of them stands in."""

from dash.fingerprint import build_fingerprint
from plotly import __version__ as plotly_version

PLOTLY_BUILD = "0"
"""Dash wants one in an address that is kept for ever; the version says it all."""

TYPE = tuple(f"IBMPlexSans-{weight}-Latin1.woff2" for weight in ("Regular", "Medium", "SemiBold"))
"""The files of type that no page does without."""

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

    Plotly is most of what travels, so it is asked for first; `assets/plotly.js` starts it once the page stands. The
    type that every page begins with is asked for before the styles that name it, so that nothing moves when it comes.
    """
    build = build_fingerprint("plotly/package_data/plotly.min.js", plotly_version, PLOTLY_BUILD)
    plotly = f"{prefix}_dash-component-suites/{build}"
    type_ = "\n".join(f'<link rel="preload" href="{prefix}assets/fonts/{font}" as="font" crossorigin>' for font in TYPE)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
{{%metas%}}
<title>{{%title%}}</title>
<script>{COLOUR_SCHEME}</script>
<link id="plotly" rel="preload" href="{plotly}" as="script">
{type_}
{{%favicon%}}
{{%css%}}
</head>
<body>
{{%app_entry%}}
{{%config%}}
{{%scripts%}}
{{%renderer%}}
</body>
</html>
"""
