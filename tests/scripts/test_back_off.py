"""A page that was refused waits as long as it was told, longer each time, and by chance, as many come again."""

from tests.scripts.node import Scripts, scripts

empty_page = scripts("lib/http.js")

WAITS = "const [seconds, tries] = arguments; return Array.from({ length: 50 }, () => nnbench.backOff(seconds, tries));"


def test_a_wait_is_what_the_server_says_or_more_and_not_the_same_for_all(empty_page: Scripts) -> None:
    for seconds, tries, least in [(1, 0, 1), (1, 1, 2), (1, 2, 4), (1, 9, 4), (0.25, 1, 0.5), (30, 5, 30)]:
        waits = empty_page.execute_script(WAITS, seconds, tries)
        assert least <= min(waits) < max(waits) <= 1.5 * least
