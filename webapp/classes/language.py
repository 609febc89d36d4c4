"""The languages of a class: the words of each, and refusals that are said in the one that a request asks for."""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from flask import Flask, Response, g, request

from webapp.base.format import number

LANGUAGES = ("en", "de")
ENGLISH = LANGUAGES[0]
PLURAL = re.compile(r"\[([^|]*)\|([^\]]*)\]")


@cache
def words_of(lang: str) -> Mapping[str, Any]:
    """The words of a language by their part of the class: truth, refused, page, student, wall, control and others.

    The editor is in English alone, as the sentences that refuse a file are.
    """
    text = resources.files("webapp.classes").joinpath("words", f"{lang}.json").read_text("utf-8")
    words: Mapping[str, Any] = json.loads(text)
    return words


def filled(form: str, values: Mapping[str, Any]) -> str:
    """A sentence with its values; of [one|others] the part that goes with `n`."""
    return PLURAL.sub(lambda parts: parts[1 if values["n"] == 1 else 2], form).format(**values)


class Words:
    """The sentences of a reveal in one language, filled in."""

    def __init__(self, lang: str) -> None:
        self._words = words_of(lang)["truth"]
        self._marks = str.maketrans(",.", words_of(lang)["common"]["marks"])

    def __call__(self, name: str, **values: Any) -> str:
        """A sentence; a plural in it goes by `n`."""
        return filled(self._words[name], values)

    def number(self, x: float, digits: int = 3) -> str:
        """x with that many significant digits, as this language writes it: 12.300 and 0,183."""
        return self.local(number(x, digits))

    def local(self, text: str) -> str:
        """A number as the bench writes it, with the marks of this language for thousands and decimals."""
        return text.translate(self._marks)


class Refusal(Exception):
    """A refusal as the name of its sentence among the words, with the values in it, which may be refusals too."""

    def __init__(self, name: str, **values: Any) -> None:
        super().__init__(name)
        self._name, self._values = name, values

    def said(self, lang: str) -> str:
        """The sentence in this language."""
        values = {name: one.said(lang) if isinstance(one, Refusal) else one for name, one in self._values.items()}
        return filled(words_of(lang)["refused"][self._name], values)

    def __str__(self) -> str:
        return self.said(ENGLISH)


def said(name: str, **values: Any) -> str:
    """The sentence of a refusal in the language that the request asks for."""
    return Refusal(name, **values).said(language_asked())


def language_asked() -> str:
    """The language that the request asks for, as pages of a class do for their own; the response says that it is it."""
    g.class_language = lang = request.accept_languages.best_match(LANGUAGES, ENGLISH)
    return str(lang)


def install(server: Flask) -> None:
    """Has each response that depends on the language asked for say so."""

    @server.after_request
    def add_language(response: Response) -> Response:
        if lang := g.get("class_language"):
            response.content_language = [lang]
            response.vary.add("Accept-Language")
        return response
