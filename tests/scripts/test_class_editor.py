"""The editor of lessons takes a file that it can show, and shows of a check what still holds."""

from typing import Any

import pytest

from tests.scripts.node import Scripts, scripts
from tests.scripts.test_class_resend import ELEMENTS

EDITED = """
Plain.prototype.replaceWith = function (next) {
  for (const { children } of root.all()) if (children.includes(this)) children.splice(children.indexOf(this), 1, next);
};
globalThis.root = new Plain("div");
const other = document.getElementById;
document.getElementById = (id) => {
  if (id === "state") return { textContent: '{"story": []}' };
  if (id === "words") return null;
  return id === "page" ? root : (root.all().find((part) => part.id === id) ?? other(id));
};
globalThis.location = { hostname: "", pathname: "/lesson", search: "?of=story.rate" };
globalThis.history = { replaceState() { location.search = ""; } };
globalThis.requests = [];
window.fetch = (path, { body }) => new Promise((answer) => requests.push({ body: JSON.parse(body), answer }));
"""
page = scripts("class/lesson_file.js", "class/editor.js", first=ELEMENTS + EDITED)
DOES = """
const turns = async () => { for (let k = 0; k < 60; k += 1) await Promise.resolve(); };
const field = (is) => root.all().find((part) => part.tag === "input" && is(part));
const opens = async (lesson) => {
  const file = { text: async () => JSON.stringify(lesson) };
  await field(({ type }) => type === "file").on.change({ target: { files: [file] } });
  return root.all().find(({ id }) => id === "told").text();
};
return (async () => { %s })();
"""
STEP = {"ask": "loss", "question": "?", "before": "?a", "after": "?b"}
LESSON = {"nnbench": "lesson", "version": 1, "lang": "en", "title": "T", "steps": [STEP]}
JUNK: dict[str, Any] = {
    "no steps": {"steps": []}, "a step of nothing": {"steps": [None]},
    "another kind": {"steps": [STEP | {"ask": "guess"}]}, "no question": {"steps": [{"ask": "loss", "before": "?"}]},
    "a link that is a number": {"steps": [STEP | {"before": 3}]},
    "choices in a text": {"steps": [STEP | {"ask": "choice", "choices": "ab"}]},
    "a choice without text": {"steps": [STEP | {"ask": "choice", "choices": [{}]}]},
    "one knob": {"steps": [STEP | {"ask": "hunt", "knobs": "alpha"}]},
    "an axis of objects": {"steps": [STEP | {"axis": [{}, 1]}]}, "no title": {"title": None},
}  # fmt: skip


@pytest.mark.parametrize("what", JUNK)
def test_what_cannot_be_shown_is_no_lesson_and_changes_nothing(page: Scripts, what: str) -> None:
    told, is_kept = page.execute_script(DOES % """
const text = () => root.text().replace("no_file", ""), before = text();
return [await opens(arguments[0]), text() === before];""", LESSON | JUNK[what])  # fmt: skip
    assert (told, is_kept) == ("no_file", True)


def test_a_check_of_what_was_changed_meanwhile_shows_nothing(page: Scripts) -> None:
    searched, asked, text, shown = page.execute_script(DOES % """
const searched = location.search;
await opens(arguments[0]);
root.all().find(({ tag, children }) => tag === "button" && children[0] === "check").on.click();
await turns();
field(({ value }) => value === "T").on.input({ target: { value: "Other" } });
const { body, answer } = requests.at(-1);
answer({ status: 200, json: async () => ({ name: "kept", steps: [], refused: [] }) });
await turns();
return [[searched, location.search], body.title, root.text(), root.all().some(({ href }) => href?.endsWith("kept"))];
""", LESSON)  # fmt: skip
    assert searched == ["?of=story.rate", ""]  # the changed lesson has another address than the kept one
    assert asked == "T"
    assert "not_checked" in text
    assert not shown


def test_a_choice_holds_as_its_menu_says(page: Scripts) -> None:
    choices = [{"text": "a"}, {"text": "b", "when": "lower", "by": 2}]
    file = page.call("fileOf", LESSON | {"steps": [STEP | {"ask": "choice", "choices": choices}]})
    assert file["steps"][0]["choices"] == [{"text": "a", "when": "same"}, choices[1]]


def test_where_the_author_says_which_choice_is_right_no_other_says_when_it_holds(page: Scripts) -> None:
    lesson = LESSON | {"steps": [STEP | {"ask": "choice", "choices": [{"text": "a"}, {"text": "b", "right": True}]}]}
    assert page.execute_script(DOES % """
const menus = () => root.all().filter((part) => part.tag === "select" && part["aria-label"] === "holds_when");
const chosen = () => menus().map(({ children }) => children.find((one) => "selected" in one)?.value ?? "same");
const sets = (at, value) => (menus()[at].on.change({ target: { value } }), chosen());
await opens(arguments[0]);
return [chosen(), sets(0, "right"), sets(1, "lower"), sets(0, "right"), sets(0, "wrong")];
""", lesson) == [
        ["wrong", "right"], ["right", "wrong"], ["same", "lower"], ["right", "wrong"], ["same", "lower"]
    ]  # fmt: skip


def test_all_but_a_task_has_a_twin_on_the_samples_of_the_class(page: Scripts) -> None:
    task = STEP | {"ask": "task", "knobs": ["alpha"], "goal": {"final_loss": 0.1}}
    twins, seeds = page.execute_script(DOES % """
const twin = () => root.all().find(({ tag, children }) => tag === "button" && children[0] === "add_twin");
const twins = [];
for (const lesson of arguments) {
  await opens(lesson);
  twins.push(Boolean(twin()));
}
twin().on.click();
const pressed = root.all().filter((part) => part["aria-pressed"] === "true").map((part) => part.text());
return [twins, pressed];
""", LESSON | {"steps": [task]}, LESSON | {"steps": [STEP | {"ask": "hunt", "knobs": ["alpha"]}]})  # fmt: skip
    assert (twins, seeds) == ([False, True], ["kind_hunt", "seed_class"])


HERE = "http://127.0.0.1:8050/lesson"


@pytest.mark.parametrize("text", ["abc", " abc ", f"{HERE}/abc", f"{HERE}?of=abc", f"{HERE}/abc?of=#top"])
def test_a_lesson_is_found_by_its_name_its_address_and_that_of_its_editor(text: str, page: Scripts) -> None:
    assert page.call("nameIn", text) == "abc"
