"""Whatever teachers and phones of a class press, reload or sleep through, its pages and the server are of one mind."""

from contextlib import closing
from random import Random
from typing import Any

import pytest

from benchmarks.classroom import Line
from tests.stories.conftest import Server
from tests.stories.test_class import window
from tests.stories.test_lesson_alone import LESSON
from tests.stories.test_random_acts import BROKEN, WIDER
from tests.stories.visitor import Visitor

ACTS, STRETCHES = 15, 6
"""The acts between two reloads of all pages, and how often they are reloaded."""
NAMES = {
    "lobby": ("Lobby", ""), "first": ("Alone", "alone"), "talk": ("Talk", "talk"), "second": ("Again", "alone"),
    "reveal": ("Shown", "what happened"), "over": ("", ""),
}  # fmt: skip
"""The phases, as a teacher's tabs and as phones name them."""
PRESS = """
const isSafe = ({ disabled, textContent }) => !disabled && !/code|delete|key|phone|CSV/.test(textContent);
const seen = [...document.querySelectorAll('button, input[type=radio]')].filter((one) => one.checkVisibility());
const all = seen.filter(isSafe), button = all[Math.floor(arguments[0] * all.length)];
button?.click();
return button?.textContent || button?.name;
"""
ANSWER = """
const range = document.querySelector('form input[type=range]');
if (range) Object.assign(range, { value: 60 * arguments[0] - 30 }).dispatchEvent(new Event('input'));
[...document.querySelectorAll('input[name=choice]')].at(4 * arguments[0])?.click();
document.querySelector('input[name=sure]')?.click();
document.querySelector('button[type=submit]')?.click();
"""
HIDDEN = """
Object.defineProperty(document, 'hidden', { get: () => Boolean(arguments[0]), configurable: true });
document.dispatchEvent(new Event('visibilitychange'));
"""
TELL = """
const [names, code] = arguments, { phase, step, in: joined, got } = await (await fetch(`../class/${code}`)).json();
const round = { first: 1, second: 2 }[phase], text = (one) => document.querySelector(one)?.textContent ?? '';
if (location.pathname.includes('/j/')) {
  const options = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' };
  const { mine } = await (await fetch(`../class/${code}/seat`, options)).json(), own = mine[`${step}.${round}`];
  const isChanged = document.querySelector('[type=submit]')?.disabled === false;
  const says = [text('.kick').split(' · ').at(-1), text('.foot .note').startsWith('Sent.')];
  return [says, [names[phase][1], Boolean(own) && !isChanged], own ? 1 : 0, round ? got : null];
}
const numbers = [...document.querySelectorAll('.numbers strong')].slice(0, 2).map((one) => one.textContent);
const told = ['lobby', 'over'].includes(phase) ? [joined] : [joined, got];
const [tab, whole] = document.querySelector('.tabs') ? [names[phase][0], told] : ['', []];
return [[text('.tabs [aria-current]'), ...numbers, text('.count')], [tab, ...whole, round ? got : ''], 0, null];
"""
"""The words of a page, and those of the state; whether its seat has predicted, and how many have."""
AGREED = f"""
const found = await (async function () {{ {TELL} }})(...arguments);
return `${{found[0]}}` === `${{found[1]}}` && found;
"""


@pytest.mark.soak
@pytest.mark.flaky(reruns=0)  # told again, the acts meet another moment of the class
@pytest.mark.parametrize("seed", range(4))
def test_random_acts_leave_a_class_of_one_mind(stranger: Visitor, server: Server, seed: int) -> None:
    chance, done, driver = Random(seed), [], stranger.driver
    first = driver.current_window_handle
    with closing(Line(server.url)) as line:
        opened = line.ask("class", {"lesson": line.ask("lesson", LESSON)[1]["name"], "people": 3})[1]
        code, key = opened["code"], opened["key"]
        other = server.url.replace("127.0.0.1", "localhost")  # it has cookies of its own, and so a seat
        ways = [server.url + f"class#{code}.{key}", other + f"class#{code}.{key}", server.url + f"wall/{code}"]
        pages = {}
        for way in [*ways, server.url + f"j/{code}", other + f"j/{code}", server.url + f"j/{code}"]:
            with window(stranger, *((390, 844) if "/j/" in way else (1280, 720))) as handle:
                driver.get(way)
                pages[handle] = way
        for _ in range(STRETCHES):
            done += [act(stranger, chance, pages) for _ in range(ACTS)]
            for _ in "before", "after a reload":
                seats = {}
                for handle, way in pages.items():
                    driver.switch_to.window(handle)
                    seats[way], got = agrees(stranger, code, done)
                    driver.refresh()
                assert got in (None, sum(seats.values())), done
        for handle in pages:
            driver.switch_to.window(handle)
            assert all("(CONFLICT)" in line or "(TOO MANY" in line for line in stranger.console())
            driver.close()
        driver.switch_to.window(first)
        n = line.ask(f"class/{code}")[1]["n"]
        assert line.ask(f"class/{code}/go", {"n": n, "to": "end"}, X_Class_Key=key)[0] == 200


def act(person: Visitor, chance: Random, pages: dict[str, str]) -> Any:
    """Something on some page; what was done."""
    handle = chance.choice([*pages])
    person.driver.switch_to.window(handle)
    shares = {"press": PRESS, "answer": ANSWER}
    of_phones = ["answer", "answer", "sleep", "wake"] if "/j/" in pages[handle] else []
    kind = chance.choice(["reload", "press", "press", *of_phones])
    if kind == "reload":
        person.driver.refresh()
        return pages[handle][-25:], kind
    given = chance.random() if kind in shares else "hidden" if kind == "sleep" else ""
    return pages[handle][-25:], kind, person.js(shares.get(kind, HIDDEN), given)


def agrees(person: Visitor, code: str, done: list[Any]) -> tuple[int, int | None]:
    """Waits until the page says what the class's state does; whether its seat has predicted, and how many have."""
    person.js(HIDDEN, "")
    try:
        _, _, own, got = person.until(AGREED, NAMES, code)
    except AssertionError as error:
        raise AssertionError(f"{person.js(TELL, NAMES, code)} after {done}") from error
    assert person.js(BROKEN) is None, done
    assert person.js(WIDER) <= 0, done
    return own, got
