"""A hunt of a class: the bench hands in the run that is shown, and the board has it judged on other data seeds."""

from benchmarks.classroom import Line
from tests.stories.conftest import Server
from tests.stories.visitor import Visitor

LESSON = {
    "nnbench": "lesson", "version": 1, "lang": "en", "title": "Hunt", "steps": [
        {"ask": "hunt", "question": "The lowest final loss, with α.", "before": "?experiment=xor-hidden-layer&v=1",
         "knobs": ["alpha"]},
        {"ask": "hunt", "question": "And with momentum?", "before": "?experiment=xor-hidden-layer&v=1",
         "knobs": ["momentum"]},
    ],
}  # fmt: skip
HOLDS_LINKS = """
const { fetch } = window;
const held = new Promise((goOn) => (window.goOn = () => goOn((window.fetch = fetch))));
window.fetch = async (url, ...given) => {
  if (String(url).endsWith("/address")) await held;
  return fetch(url, ...given);
};
"""


def test_a_hunt_takes_the_run_that_is_shown_and_no_other_network(stranger: Visitor, server: Server) -> None:
    teacher = Line(server.url)
    name = teacher.ask("lesson", LESSON)[1]["name"]
    opened = teacher.ask("class", {"lesson": name, "people": 2})[1]
    code, key = opened["code"], opened["key"]
    driver = stranger.driver
    driver.get(f"{server.url}j/{code}")
    stranger.reads("h1", start="You have seat 1.")
    teacher.ask(f"class/{code}/go", {"n": 1, "to": "first"}, X_Class_Key=key)
    stranger.until("return document.querySelector('.foot a')")
    link = stranger.js("return document.querySelector('.foot a').search")
    assert link.endswith(f"&class={code}")

    stranger.open(link)
    stranger.until("return !document.getElementById('hunt').hidden")
    assert stranger.js("return document.querySelector('#hunt button').textContent") == "Hand in 0.00430"
    stranger.turns(stranger.types, "alpha-field", "0.2")
    stranger.click("#hunt button")
    stranger.reads("#hunt [role=status]", start="Handed in ")
    assert f"class={code}" in driver.current_url
    # Another knob than the allowed one is named, and what was handed in stays.
    stranger.turns(stranger.types, "samples-field", "400")
    stranger.click("#hunt button")
    stranger.reads("#hunt [role=status]", start="This hunt leaves samples")

    # A knob that is turned before the link of the run has come: neither run is handed in.
    stranger.turns(stranger.types, "samples-field", "500")
    stranger.js(HOLDS_LINKS)
    stranger.turns(stranger.types, "alpha-field", "0.3")
    stranger.click("#hunt button")
    stranger.turns(stranger.types, "alpha-field", "0.4")
    stranger.js("goOn()")
    stranger.reads("#hunt [role=status]", start="Nothing was handed in, since another run came first.")
    # The teacher goes back to the lobby: the hunt is not over, and what was handed in stays.
    teacher.ask(f"class/{code}/go", {"n": 2, "to": "back"}, X_Class_Key=key)
    stranger.reads("#hunt [role=status]", start="The hunt is closed until your teacher asks it again.")
    teacher.ask(f"class/{code}/go", {"n": 3, "to": "first"}, X_Class_Key=key)
    stranger.until("return !document.querySelector('#hunt button').hidden")

    teacher.ask(f"class/{code}/go", {"n": 4, "to": "reveal"}, X_Class_Key=key)
    board = stranger.until(f"return (await (await fetch('class/{code}')).json()).shown")
    assert [(row["seat"], row["knobs"]["alpha"]) for row in board["rows"]] == [(1, "0.2")]
    stranger.until(
        "return document.querySelector('#hunt [role=status]').textContent === 'The hunt is over. Look at the wall.'"
    )
    teacher.ask(f"class/{code}/go", {"n": 5, "to": "next"}, X_Class_Key=key)
    stranger.until("return document.querySelector('#hunt p').textContent === 'Hunt. And with momentum?'")
    assert stranger.js("return document.querySelector('#hunt [role=status]').textContent").startswith("Judged on 32")
    teacher.close()
    driver.get_log("browser")  # the refusal of a run is a line of Chromium's own
