"""A browser that is busy tells of several changes at once, and the last of them is what holds."""

from tests.scripts.node import Scripts, scripts

page = scripts("lib/in_sight.js")

FOLLOWED = """
let tell;
window.IntersectionObserver = class {
  constructor(told) { tell = (...changes) => told(changes.map((isIntersecting) => ({ isIntersecting }))); }
  observe() {}
};
const seen = [];
nnbench.followSight({}, (isSeen) => seen.push(isSeen));
tell(false);
tell(false, true);
tell(true, false, true, false);
return seen;
"""


def test_the_last_change_of_sight_counts(page: Scripts) -> None:
    assert page.execute_script(FOLLOWED) == [False, True, False]
