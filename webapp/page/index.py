"""The pages, and the frame that each of them stands in."""

from dash.fingerprint import build_fingerprint
from plotly import __version__ as plotly_version

PLOTLY_BUILD = "0"
"""Dash wants one in an address that is kept for ever; the version says it all."""

TYPE = tuple(f"IBMPlexSans-{weight}-Latin1.woff2" for weight in ("Regular", "Medium", "SemiBold"))
"""The files of type that no page does without."""

THEME_KEY = "mantine-color-scheme-value"
"""Where Mantine keeps the theme that somebody chose."""

COLOUR_SCHEME = f"""try {{
  const chosen = localStorage.getItem("{THEME_KEY}");
  const system = matchMedia("(prefers-color-scheme: dark)").matches;
  const dark = chosen === "dark" || (chosen !== "light" && system);
  document.documentElement.dataset.mantineColorScheme = dark ? "dark" : "light";
}} catch {{ document.documentElement.dataset.mantineColorScheme = "light"; }}"""
"""Chooses the theme before anything is painted, as Mantine will once it has loaded; so nothing flashes."""

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
"""The picture that stands for the page where it is spoken of: the page itself, in assets/."""


def meta_tags(public_url: str, prefix: str) -> list[dict[str, str]]:
    """What the page says of itself to browsers, searches, and wherever a link to it is pasted."""
    start = f"{public_url}/" if public_url else prefix
    width, height = map(str, PREVIEW_SIZE)
    spoken = {
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
        *({"property": name, "content": content} for name, content in spoken.items()),
        {"name": "twitter:card", "content": "summary_large_image"},
    ]


def index(prefix: str, constants: str = "") -> str:
    """The frame that Dash fills in: with a language, a theme before the first paint, nothing from elsewhere.

    `constants` is the block of what scripts need from Python.

    Plotly is most of what travels, so it is asked for first; `plotly_loader.js` starts it once the page stands. The
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
{constants}
</head>
<body>
{{%app_entry%}}
{{%config%}}
{{%scripts%}}
{{%renderer%}}
</body>
</html>
"""
