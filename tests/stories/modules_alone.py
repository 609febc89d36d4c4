"""Modules of the page that run alone in a browser: an empty page with nothing but them and what they import."""

from urllib.parse import quote

from selenium.webdriver import Chrome

from engine.experiments.knobs import KNOBS, Knobs
from webapp.app import ASSETS
from webapp.http.modules import joined_from
from webapp.page.constants import constants_block

STORAGE = """
const stored = {};
const sessionStorage = { getItem: (key) => stored[key] ?? null, setItem: (key, text) => (stored[key] = text) };
Object.defineProperty(window, 'sessionStorage', { value: sessionStorage });
"""
"""An address of no server has no storage of its own."""


def empty_page_with(driver: Chrome, *modules: str, first: str = "", knobs: Knobs = KNOBS) -> Chrome:
    """The browser on a page whose `nnbench` has the exports of these modules; `first` runs before them."""
    driver.get(f"data:text/html;charset=utf-8,{quote(f'<title>alone</title>{constants_block(knobs)}')}")
    driver.get_log("browser")  # what the page before has left
    driver.execute_script(f"{{{STORAGE}}}\n{first}\nwindow.nnbench = {joined_from(ASSETS / 'js', *modules)}")
    return driver
