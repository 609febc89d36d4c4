"""The pages beside the bench, which need none of its scripts: they have its look, and their header leads back to it.

The limits are such a page, and so are those in place of a page that was refused, and of the bench where a browser runs
no scripts.
"""

import html
from dataclasses import dataclass
from http import HTTPStatus

from webapp.page.index import EVERYWHERE, META_TAGS, font_links

NO_SCRIPT = (
    "The bench needs JavaScript, which is switched off here.",
    (
        "Without it no knob turns, and neither the network nor the loss curve, the weights or the maps are drawn."
        " Allow JavaScript for this address. All scripts come from this server, and none from another one."
    ),
)
"""The text in place of the bench where no script runs: its heading, the missing parts, and the remedy."""


@dataclass(frozen=True)
class PlainPages:
    """Documents under the sub-path `prefix`, which has a slash at both ends, with the styles at that address."""

    prefix: str
    styles: str

    def document(self, title: str, body: str) -> str:
        """A whole document; the title is text, and the body HTML."""
        return f"""<!DOCTYPE html>
<html lang="en">
{document_head(title, self.prefix, self.styles)}
<body>
{framed(self.prefix, body)}
</body>
</html>
"""

    def refusal(self, status: int, sentence: str, ticket: str) -> str:
        """The document of a refused request: the error, the way back, and the id that the server's log has too."""
        body = f"""<h1>{html.escape(sentence)}</h1>
<p><a href="{self.prefix}">Open the bench</a></p>
<p class="hint">Status {status}; {html.escape(ticket)} in the server's log.</p>"""
        return self.document(HTTPStatus(status).phrase, body)


def document_head(title: str, prefix: str, styles: str) -> str:
    """The head of a document below the sub-path, with the styles at that address; the title is text."""
    metas = "\n".join(f'<meta name="{tag["name"]}" content="{tag["content"]}">' for tag in META_TAGS)
    return f"""<head>
<meta charset="utf-8">
{metas}
<title>{html.escape(title)} · NNBench</title>
<script>{EVERYWHERE}</script>
{font_links(prefix)}
<link rel="icon" href="{prefix}favicon.ico">
<link rel="stylesheet" href="{styles}" data-again>
</head>"""


def no_script(prefix: str) -> str:
    """The element in place of the bench where no script runs."""
    heading, cure = NO_SCRIPT
    body = f'<h1>{heading}</h1>\n<p>{cure}</p>\n<p><a href="{prefix}">Open the bench again</a></p>'
    return f"<noscript>\n{framed(prefix, body)}\n</noscript>"


def framed(prefix: str, body: str) -> str:
    """The body under a header that leads back to the bench."""
    return f"""<div class="plain">
<header class="head"><a class="mark" href="{prefix}">NNBench</a></header>
<main>
{body}
</main>
</div>"""
