"""The menu has a picture of each experiment's data."""

import re
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from engine.experiments.catalogue import CATALOGUE
from webapp.app import own_files
from webapp.base.theme import THEMES
from webapp.figures.experiment_pictures import SIDE, experiment_pictures

SVG = "{http://www.w3.org/2000/svg}"
BELOW, ABOVE = THEMES["light"].neg_map, THEMES["light"].pos_map


@pytest.fixture(scope="module")
def pictures() -> dict[str, list[tuple[str, float, float]]]:
    """Of each experiment the colour and place of each dot, inputs from −1 to 1."""
    root = ET.fromstring(experiment_pictures(CATALOGUE))
    return {key: list(marked(group)) for key, group in zip(CATALOGUE, root, strict=True)}


def marked(group: ET.Element) -> list[tuple[str, float, float]]:
    dots = []
    for path in group.iter(f"{SVG}path"):
        for x, y in re.findall(r"M(\S+) (\S+)h0", path.attrib["d"]):
            dots.append((path.attrib["stroke"], 2 * float(x) / SIDE - 1, 1 - 2 * float(y) / SIDE))
    return dots


def test_a_target_is_drawn_where_each_sample_is_new_and_a_few_samples_where_they_repeat(
    pictures: dict[str, list[tuple[str, float, float]]],
) -> None:
    circle = pictures["circle"]
    assert len(circle) == (SIDE / 2) ** 2
    assert all((colour == ABOVE) == (x * x + y * y < 0.64) for colour, x, y in circle)
    assert all((colour == ABOVE) == (y > 0) for colour, x, y in pictures["affine-swap"])
    corners = {(x > 0, y > 0): colour for colour, x, y in pictures["xor-one-layer"]}
    assert corners == {(left, low): ABOVE if left != low else BELOW for left in (False, True) for low in (False, True)}
    assert len(pictures["three-facts"]) == 3
    assert len(pictures["circle-by-heart"]) == 30
    assert [colour for colour, x, _ in pictures["sine"]].count(ABOVE) == SIDE / 4


def test_each_choice_has_its_picture_in_the_file_that_its_rule_names(client: FlaskClient) -> None:
    styles, _, pictures = own_files()
    assert styles.element("/") in client.get("/").text
    answer = client.get(f"/{pictures.address}")
    assert (answer.text, answer.mimetype) == (experiment_pictures(CATALOGUE), "image/svg+xml")
    assert answer.cache_control.max_age
    assert f"background: url(../{pictures.address.removeprefix('assets/')});" in styles.content
    assert f"height: {SIDE}px;\n  margin-left: auto;" in styles.content
    places = re.findall(r"#picker \[value=(\S+)]::after \{ background-position-y: (\S+)px; }", styles.content)
    assert places == [(key, str(-SIDE * at)) for at, key in enumerate(CATALOGUE)]
