"""Whatever is pressed, typed and dragged: no script throws, no text is broken, and a reload goes on with the run, of
which the page says the same."""

from random import Random
from typing import Any

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.stories.conftest import look
from tests.stories.visitor import Visitor

ACTS, STRETCHES = 20, 6
"""The acts between two reloads, and how often the page is reloaded."""
SIZES = ((1440, 900), (1280, 720), (390, 844))
KEYS = (*"[]npuzs?123456789", Keys.ESCAPE, Keys.ARROW_LEFT, Keys.ARROW_RIGHT, Keys.SPACE, Keys.TAB, Keys.ENTER)
TEXTS = ("0.3", "2", "-1", "1e9", "abc", "", "x*x", "500", "tanh(x)")
LINKS = (
    "?experiment=xor-hidden-layer&predict=1", "?experiment=circle&view=surface", "?experiment=spiral&view=landscape",
    "?experiment=penguins&view=output", "?experiment=digits&samples=300", "?lesson=identity",
)  # fmt: skip
PLACE = """
const [which, across] = arguments, dialog = [...document.querySelectorAll('dialog[open]')].at(-1);
const all = 'button, a[href^="#"], input:not([type=file]), select, label, summary, canvas, [tabindex="0"]';
const isSeen = (one) => !one.disabled && !one.closest('[inert]') && one.checkVisibility({ visibilityProperty: true });
const seen = [...(dialog ?? document).querySelectorAll(all)].filter(isSeen);
const element = seen[Math.floor(which * seen.length)];
if (!element) return null;
element.scrollIntoView({ block: 'center', behavior: 'instant' });
const { left, top, width, height } = element.getBoundingClientRect();
const x = Math.max(0, Math.min(left + width * across, innerWidth - 1));
const isField = element.matches('input:is([type=text], [type=number], :not([type]))');
return [x, top + height / 2, innerWidth - 1, isField];
"""
"""A place on one of the elements that can be pressed, the last place of its line, and whether it is a field."""
AT_REST = """
if (!window.nnbench?.queue?.idle || nnbench.state.held || document.querySelector('[data-place]')) return false;
for (let frames = 0; frames < 3; frames += 1) await new Promise(requestAnimationFrame);
return new Promise((resolve) => setTimeout(() => resolve(nnbench.queue.idle), 0));
"""
"""Every response has come, and the fields, which the renderer writes later, have been written."""
RUN = "return [nnbench.state.base.summary.fingerprint, nnbench.state.base.experiment.alpha]"
BROKEN = r"""
const attributes = [...document.querySelectorAll('*')].flatMap((one) => [...one.attributes]);
const said = attributes.filter(({ name }) => /^(title|aria-|data-says)/.test(name)).map(({ value }) => value);
return [document.body.innerText, ...said].join('\n').match(/.{0,30}(undefined|NaN|\[object).{0,30}/g);
"""
SAID = """
if (nnbench.state.withheld || nnbench.state.refusedField || document.activeElement.matches('input')) return null;
const of = (css, say) => [...document.querySelectorAll(css)].map(say);
const fields = '.knobs input:not([type=range]), #network :is(input, select), #target-formulas input';
const texts = '#badge, #chip, #experiment-group, #read-run, #read-max, #read-last, #read-potential, .knobs summary';
return [of(fields, ({ value, checked }) => [value, checked]), of(texts, ({ textContent }) => textContent),
  document.getElementById('badge').dataset.says];
"""
"""The words about the run, its network and its knobs; null while something else is asked for, or typed."""
WIDER = "return document.documentElement.scrollWidth - innerWidth"


@pytest.mark.soak
@pytest.mark.flaky(reruns=0)  # told again, the acts meet another moment of the page
@pytest.mark.parametrize("seed", range(2 * len(LINKS)))
def test_random_acts_leave_a_page_that_goes_on_after_a_reload(stranger: Visitor, seed: int) -> None:
    chance, done = Random(seed), []
    look(stranger.driver, *SIZES[seed % len(SIZES)])
    stranger.open(LINKS[seed % len(LINKS)])
    for _ in range(STRETCHES):
        done += [act(stranger, chance) for _ in range(ACTS)]
        stranger.until(AT_REST)
        assert stranger.js(BROKEN) is None, done
        assert stranger.js(WIDER) <= 0, done
        before, said = stranger.js(RUN), stranger.js(SAID)
        stranger.driver.refresh()
        stranger.until(AT_REST)
        assert stranger.js(RUN) == before, done
        if said is not None:
            stranger.until(f"return JSON.stringify((() => {{ {SAID} }})()) === JSON.stringify(arguments[0])", said)
        done.append("reload")


def act(visitor: Visitor, chance: Random) -> Any:
    """Presses a key, or some element, which may be dragged or typed into; what was done."""
    place = visitor.js(PLACE, chance.random(), chance.uniform(0.1, 0.9))
    if chance.random() < 0.2 or place is None:
        key = chance.choice(KEYS) if place else Keys.ESCAPE
        ActionChains(visitor.driver).send_keys(key).perform()
        return key
    x, y, end, is_field = place
    visitor.mouse("mousePressed", x, y)
    if chance.random() < 0.2:
        visitor.mouse("mouseMoved", min(max(0, x + chance.uniform(-60, 60)), end), y)
    visitor.mouse("mouseReleased", x, y)
    text = chance.choice(TEXTS) if is_field else ""
    if is_field:
        ActionChains(visitor.driver).send_keys(Keys.CONTROL + "a" + Keys.NULL + text + Keys.ENTER).perform()
    return visitor.js("return document.activeElement.id || document.activeElement.textContent.slice(0, 30)"), text
