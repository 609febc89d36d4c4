"""The version of the bench, whose one place is pyproject.toml."""

import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


@cache
def version() -> str:
    """The version: of the clone, or the image, that these sources are in, or else of the package that is installed;
    "unknown" of sources that were copied without either."""
    if PROJECT.is_file():
        return str(tomllib.loads(PROJECT.read_text("utf-8"))["project"]["version"])
    try:
        return installed_version("nnbench")
    except PackageNotFoundError:
        return "unknown"
