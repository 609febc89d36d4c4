"""The state of a class is asked for once a second, less often while the server is away, and never goes back."""

from typing import Any

from tests.scripts.node import Scripts, scripts

page = scripts("class/state.js", "class/control_view.js", first="document.documentElement.lang = 'de'")

FOLLOW = """
const [replies, hidden] = arguments;
const asked = [], shown = [], lost = [], pauses = [];
const ended = [];
let next = null;
document.hidden = hidden;
document.addEventListener = () => {};
window.setTimeout = (what, milliseconds) => { next = what; pauses.push(Math.round(milliseconds / 1000)); return 1; };
window.clearTimeout = () => {};
window.fetch = async (address, { headers }) => {
  asked.push([address, headers["If-None-Match"] ?? null]);
  const reply = replies.shift();
  if (!reply) throw new TypeError("no network");
  const [status, state, etag] = reply;
  return { status, json: async () => state, headers: { get: () => etag ?? null } };
};
return (async () => {
  const count = replies.length;
  const show = (state) => shown.push(state.n);
  const told = { show, ended: (why) => ended.push(why), lost: (away) => lost.push(away) };
  const follower = nnbench.follow("BCDFGH", told);
  const turns = async () => { for (let k = 0; k < 20; k += 1) await Promise.resolve(); };
  await turns();
  for (let k = 1; k < count; k += 1) { next(); await turns(); }
  follower.take({ n: 1 });
  return { asked, shown, lost, pauses, ended };
})();
"""


def followed(page: Scripts, *replies: list[Any] | None, hidden: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = page.execute_script(FOLLOW, list(replies), hidden)
    return found


def test_each_question_names_the_state_that_is_there_and_an_earlier_phase_is_ignored(page: Scripts) -> None:
    found = followed(page, [200, {"n": 3}, '"a"'], [304, None], [200, {"n": 2}, '"b"'], [200, {"n": 4}, '"c"'])
    assert found["asked"] == [["/class/BCDFGH", etag] for etag in (None, '"a"', '"a"', '"b"')]
    assert found["shown"] == [3, 4]
    assert (found["pauses"], found["lost"]) == ([1] * 4, [False] * 4)


def test_questions_come_less_often_after_failures_and_once_a_second_again(page: Scripts) -> None:
    found = followed(page, None, None, None, None, [503, None], [200, {"n": 1}, "x"], [200, {"n": 1}, "x"])
    assert found["pauses"] == [1, 2, 4, 8, 8, 1, 1]
    assert found["lost"] == [False, True, True, True, True, False, False]


def test_a_hidden_page_asks_nothing_and_an_ended_class_is_told(page: Scripts) -> None:
    assert followed(page, [200, {"n": 3}, "a"], hidden=True)["asked"] == []
    assert followed(page, [404, None])["ended"] == [""]
    found = followed(page, [403, {"error": "This key does not open this class."}])["ended"]
    assert found == ["This key does not open this class."]


REFUSED = """
const [status, language] = arguments;
let asked = "";
window.fetch = async (address, { headers }) => {
  asked = headers["Accept-Language"];
  return { status, json: async () => ({ error: "Nein." }), headers: { get: () => language } };
};
return nnbench.send("class", {}).then(({ reply }) => [asked, reply.error]);
"""


def test_a_page_asks_in_its_language_and_says_itself_what_the_server_says_in_another(page: Scripts) -> None:
    assert page.execute_script(REFUSED, 403, "de") == ["de", "Nein."]
    assert page.execute_script(REFUSED, 429, None) == ["de", "not_now"]
    assert page.execute_script(REFUSED, 500, None) == ["de", "no_answer_of"]


def test_pauses_differ_by_chance_within_a_third_of_a_second(page: Scripts) -> None:
    assert [page.call("pauseAfter", 0, chance) for chance in (0, 0.5, 1)] == [700, 1000, 1300]
    assert page.call("pauseAfter", 9, 0.5) == 8000


def test_the_black_button_goes_on_and_the_advice_follows_from_the_share_within_luck(page: Scripts) -> None:
    def buttons(phase: str, kind: str = "loss", step: int = 1) -> list[str]:
        state = {"phase": phase, "ask": {"kind": kind}, "step": step, "of": 3}
        return [act for act, _ in page.call("buttonsOf", state)]

    phases = ("lobby", "first", "talk", "second", "reveal", "over")
    assert [buttons(phase)[0] for phase in phases] == ["first", "talk", "second", "reveal", "next", "back"]
    assert buttons("first", "hunt") == ["reveal", "back"]
    assert buttons("talk") == ["second", "reveal", "back"]
    assert [page.call("adviceOf", share, "loss") for share in (0.04, 0.35, 0.7, 0.71)] == [
        "few", "some", "some", "most",
    ]  # fmt: skip
