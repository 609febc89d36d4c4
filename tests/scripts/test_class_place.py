"""The wall leads phones to an address that they reach, says where it knows none, and gives no false alarm."""

import json
import re
from typing import Any

import pytest

from tests.scripts.node import Scripts, scripts
from tests.scripts.test_class_tables import ELEMENTS
from webapp.classes.language import words_of
from webapp.classes.place import OWN_HOST

WORDS = words_of("en")
FIRST = f"""
const constants = document.getElementById();
const words = {{ textContent: {json.dumps(json.dumps(WORDS["wall"] | WORDS["common"]))} }};
document.getElementById = (id) => (id === "words" ? words : constants);
"""
page = scripts("class/wall_view.js", "class/place.js", "class/words.js", first=ELEMENTS + FIRST)
BOX = """
const sizes = { clientHeight: 900, clientWidth: 1440, scrollHeight: 900, scrollWidth: 1440 };
const box = { ...sizes, style: { setProperty() {} }, replaceChildren: (...children) => { box.children = children; } };
"""
LOBBY = f"""{BOX}
const [place, phase] = arguments;
const ask = {{ kind: "loss", question: "?", prompt: "" }};
nnbench.showWall(box, {{ title: "Title", code: "BCDFGH", phase, of: 2, step: 1, in: 3, ask }}, place);
return box.children.map((child) => child.text()).join("|");
"""
QR = {"size": 21, "path": "M0 0"}
LAN = "http://192.168.1.20:8050"


def place_at(
    page: Scripts, host: str, instead: str = "", *, listens: bool = True, within: bool = False
) -> tuple[str, str]:
    here = {"origin": f"http://{host}", "host": host, "hostname": re.sub(r":[0-9]+$", "", host)}
    found = page.call("placeOf", {"instead": instead, "listens": listens, "within": within}, here)
    return found["base"], found["note"]


OWN = ["localhost:8050", "localhost", "127.0.0.1:8050", "127.0.1.1", "[::1]:8050", "0.0.0.0:8050", "[::]:80"]
OTHERS = ["192.168.1.20:8050", "10.0.0.3", "bench.example.org", "localhost.example.org", "127.example.org", "mac.local",
          "[fd00::1]:8050", "[::1234]"]  # fmt: skip


@pytest.mark.parametrize("host", OWN)
def test_at_an_address_of_this_computer_alone_phones_are_led_elsewhere(host: str, page: Scripts) -> None:
    assert OWN_HOST.fullmatch(host)
    cannot = f"Phones cannot reach {host}"
    assert place_at(page, host, LAN) == (f"{LAN}/", f"{cannot}: the code leads them to {LAN}.")
    assert place_at(page, host) == ("", f"{cannot}. Open this page at the address that the server has in your network.")
    never = f"{cannot}, for the bench listens to this computer alone. Start it with HOST=0.0.0.0 make serve, and reload"
    assert place_at(page, host, listens=False) == ("", f"{never} this page.")


@pytest.mark.parametrize("host", OTHERS)
def test_at_any_other_address_phones_come_there(host: str, page: Scripts) -> None:
    assert not OWN_HOST.fullmatch(host)
    # A proxy may tell the server another host than the browser has.
    for listens in (True, False):
        assert place_at(page, host, LAN * listens, listens=listens) == (f"http://{host}/", "")
    base, note = place_at(page, host, within=True)
    assert (base, note.split(",")[0]) == ("", f"Phones cannot reach {host}: the bench runs in WSL")
    assert place_at(page, host, LAN, within=True)[0] == f"{LAN}/"


def test_a_wall_that_no_phone_can_reach_has_neither_an_address_nor_a_code_to_scan(page: Scripts) -> None:
    def wall(phase: str, base: str, note: str, qr: Any = None) -> str:
        text: str = page.execute_script(LOBBY, {"base": base, "note": note, "qr": qr, "hours": 24}, phase)
        return text

    fine = wall("lobby", f"{LAN}/", "", QR)
    assert "Scan, or open 192.168.1.20:8050/j and type" in fine
    assert "192.168.1.20:8050/j · BCD FGH" in wall("talk", f"{LAN}/", "")
    never = wall("lobby", "", "Phones cannot.")
    assert "BCD FGH" in never
    assert "Phones cannot." in never
    assert "Scan" not in never
    assert "/j" not in never + wall("talk", "", "Phones cannot.")


def test_a_wall_is_drawn_in_the_words_of_its_lesson(page: Scripts) -> None:
    words = words_of("de")["wall"]
    draws = LOBBY.replace("nnbench.showWall", "nnbench.sayIn(arguments[2], () => nnbench.showWall")
    draws = draws.replace("place);", "place)); const after = nnbench.say('talk_now');", 1).replace(
        '|");', '|") + after;'
    )
    said = page.execute_script(draws, {"base": "", "note": "", "qr": None, "hours": 24}, "talk", words)
    assert words["talk_now"] in said
    assert said.endswith(WORDS["wall"]["talk_now"])


def test_the_legend_of_a_reveal_speaks_of_what_is_there(page: Scripts) -> None:
    shown = {
        "choices": [], "said": "", "result": "", "within_words": "", "luck_words": "", "proof": "",
        "looked_up_words": "",
    }  # fmt: skip
    draws = f"""{BOX}
const ask = {{ kind: "choice", question: "?", prompt: "", before: 1, axis: [-60, 20] }};
const state = {{ title: "Title", code: "BCDFGH", phase: "reveal", of: 2, step: 1, in: 3, ask, shown: arguments[0] }};
nnbench.showWall(box, state, {{ base: "", note: "", qr: null, hours: 24 }});
return box.children.at(-1).text();
"""
    both = "Upper bar: first. Lower bar: after talking."
    votes = {"1": [2, 0]}
    for rounds, legend in (([votes, votes], both), ([votes, {}], ""), ([votes], ""), ([{}], "")):
        assert page.execute_script(draws, shown | {"rounds": rounds}).strip() == legend
    loss = draws.replace('"choice"', '"loss", curve: [1, 1]')
    bars, band = "Bars: solid for sure, outlined for not sure.", "Band: within luck."
    for more, legend in ({"band": [0.5, 2]}, band), ({"band": [None, 2]}, ""), ({"rounds": [{"3": [1, 0]}]}, bars):
        assert page.execute_script(loss, shown | {"rounds": [], "high": 2, "truth": 1} | more).strip() == legend


@pytest.mark.parametrize(("length", "scale"), [(500, "1"), (1000, "0.9"), (1500, "0.6"), (9000, "0.5")])
def test_type_is_smaller_until_long_texts_stand_on_the_wall(length: int, scale: str, page: Scripts) -> None:
    draws = f"""{BOX}
box.style.setProperty = (_, scale) => Object.assign(box, {{ scale, scrollHeight: scale * arguments[0] }});
nnbench.showWall(box, {{ title: "Title", code: "BCDFGH", phase: "over" }}, {{ base: "" }});
return box.scale;
"""
    assert page.execute_script(draws, length) == scale
