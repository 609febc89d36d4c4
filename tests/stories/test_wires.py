"""The wires of the network show a rail for each number that travels, in whatever browser."""

import base64

import pytest

from tests.stories.visitor import Visitor

RAILS = """
const [png, done] = arguments, bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
const { left, top, height } = document.querySelector('.wire').getBoundingClientRect();
createImageBitmap(new Blob([bytes], { type: 'image/png' })).then((bitmap) => {
  const copy = new OffscreenCanvas(1, bitmap.height).getContext('2d', { willReadFrequently: true });
  copy.drawImage(bitmap, -Math.round(left + 9), 0);
  const from = Math.floor(top) - 8, { data } = copy.getImageData(0, from, 1, Math.ceil(height) + 16);
  const colours = Array.from({ length: data.length / 4 }, (_, k) => data.slice(4 * k, 4 * k + 3).join());
  done(colours.filter((colour) => colour !== colours[0]));
});
"""
"""The colours of the pixels that are not the background's, down a column near the left end of the first wire."""
WIDTH = """
document.querySelector('.wire').style.setProperty('--n', arguments[0]);
document.querySelector('.wire .add').style.visibility = 'hidden';
"""


@pytest.mark.soak
def test_a_wire_has_as_many_rails_as_numbers_all_of_one_pixel_and_one_colour(visitor: Visitor) -> None:
    visitor.js("window.scrollTo({ top: 0, behavior: 'instant' })")
    found = {}
    for numbers in range(1, 9):
        visitor.js(WIDTH, numbers)
        visitor.rests()
        picture = base64.b64encode(visitor.driver.get_screenshot_as_png()).decode()
        rails = visitor.driver.execute_async_script(RAILS, picture)
        found[numbers] = (len(rails), len(set(rails)))
    assert found == {numbers: (numbers, 1) for numbers in range(1, 9)}
