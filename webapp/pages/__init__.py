"""The pages, and the frame that each of them stands in."""

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

INDEX = f"""<!DOCTYPE html>
<html lang="en">
<head>
{{%metas%}}
<title>{{%title%}}</title>
<script>{COLOUR_SCHEME}</script>
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
"""The frame that Dash fills in: with a language, a theme before the first paint, nothing from elsewhere."""
