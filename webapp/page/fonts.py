"""The fonts of every page, as rules for its style sheet.

IBM Plex Sans (OFL, see assets/fonts/LICENSE-IBM-Plex.txt) comes as the official files. Each holds a part of the
alphabet, and a browser fetches only the parts that a page uses. Until they have come, fonts that a system has stand for
them, as wide and as high, so that hardly anything moves when they do.
"""

from collections.abc import Iterator

LATIN1 = (
    "U+0000-00FF, U+0131, U+0152-0153, U+02C6, U+02DA, U+02DC, U+2013-2014, U+2018-201A, U+201C-201E, U+2020-2022, "
    "U+2026, U+2030, U+2039-203A, U+2044, U+20AC, U+2122, U+2212"
)
LATIN2 = (
    "U+0100-0130, U+0132-0151, U+0154-017F, U+018F, U+0192, U+01A0-01A1, U+01AF-01B0, U+01FA-01FF, U+0218-021B, "
    "U+0237, U+0259, U+1E80-1E85, U+1E9E"
)
PI = (
    "U+2032-2033, U+2070, U+2074-2079, U+2080-2089, U+2113, U+2190-2199, U+21A9-21AA, U+21BA-21BB, U+2202, U+2206, "
    "U+2211, U+221A, U+221E, U+222B, U+2248, U+2260, U+2264-2265, U+25CA, U+2713"
)
EVERYWHERE = {"Latin1": LATIN1, "Pi": PI, "Greek": "U+0384-03CE"}
"""The characters of the parts that every style has, by their names in file names."""

STYLES = (
    ("Regular", 400, "normal", EVERYWHERE | {"Latin2": LATIN2}),
    ("Italic", 400, "italic", EVERYWHERE),
    ("Medium", 500, "normal", EVERYWHERE),
    ("SemiBold", 600, "normal", EVERYWHERE),
)
"""The styles by their names in file names, each with its weight, its slant and its parts."""

ASCENT, DESCENT = 1.025, 0.275
"""The heights of Plex above and below the baseline, as shares of its size."""

STAND_INS = (
    ("Arial like Plex", ("Arial", "Liberation Sans"), (1.003, 1.024, 0.969)),
    ("DejaVu like Plex", ("DejaVu Sans",), (0.889, 0.908, 0.81)),
)
"""The fonts of systems that stand for Plex, with the factors that make the page's own words as wide as in Plex, for the
weights 400, 500 and 600, the last of which is theirs in bold."""


def font_faces() -> str:
    """The rules of all fonts; addresses are relative to a folder of assets."""
    return "\n".join([*_files(), *_stand_ins()])


def _files() -> Iterator[str]:
    for style, weight, slant, parts in STYLES:
        for part, characters in parts.items():
            yield (
                f'@font-face {{ font-family: "IBM Plex Sans"; font-weight: {weight}; font-style: {slant}; '
                f'font-display: swap; src: url(../fonts/IBMPlexSans-{style}-{part}.woff2) format("woff2"); '
                f"unicode-range: {characters}; }}"
            )


def _stand_ins() -> Iterator[str]:
    for family, names, widths in STAND_INS:
        for weight, width in zip((400, 500, 600), widths, strict=True):
            local = ", ".join(f'local("{name}{" Bold" if weight == 600 else ""}")' for name in names)
            yield (
                f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: {local}; '
                f"size-adjust: {width:.1%}; ascent-override: {ASCENT / width:.1%}; "
                f"descent-override: {DESCENT / width:.1%}; line-gap-override: 0%; }}"
            )
