"""The finding of a map, in words, without the page."""

from tests.scripts.node import Scripts, scripts
from webapp.figures.response_maps import Window

WORDS = """
const [numbers, target = 1, reach] = arguments, output = Float32Array.from(numbers);
const grids = { output: [output], errors: () => [output.map((number) => number - (target ?? NaN))] };
const frame = { rows: 1, inputs: 2, reach: 3, target };
nnbench.state.shown = { frame: {} };
return nnbench.outputWords(frame, { axes: [0, 1], output: { reach } }, grids, 0);
"""

page = scripts("maps/map_words.js", "core/state.js")


def test_words_about_a_map_do_not_depend_on_its_size_and_tell_no_error_of_rounded_numbers(page: Scripts) -> None:
    small, large = ((Window(3.0, 2, large=large).grid[:, 0] ** 2).tolist() for large in (False, True))
    words = "Output goes from 0.02 to 9.00. It is off by 2.69 on average, and most at v₀ −3.00, v₁ −3.00, by 8.00."
    assert [page.execute_script(WORDS, numbers) for numbers in (small, large)] == [words, words]
    assert page.execute_script(WORDS, small, 1, 1.5) == "Output goes from 0.02 to 9.00."


def test_where_the_target_is_known_at_samples_only_no_error_is_said(page: Scripts) -> None:
    squares = (Window(3.0, 2).grid[:, 0] ** 2).tolist()
    said = page.execute_script(WORDS, squares, None)
    assert said == "Output goes from 0.02 to 9.00. The target is known at samples only."
