"""Controls of Dash's are told one value at a time, for one that still takes a value loses the value before it."""

from tests.scripts.node import Scripts, scripts

TOLD = """
const props = {}, told = [], frames = [], { state } = nnbench;
window.dash_component_api = { getLayout: () => ({ props }) };
window.dash_clientside = { set_props: (id, { value }) => told.push((props.value = value)) };
window.requestAnimationFrame = (act) => frames.push(act);
window.setTimeout = (act) => act();
const show = (value) => { state.controlValues.seed = value; nnbench.showNoted('seed', 'value'); };
const pass = () => { while (frames.length) frames.shift()(); };
show('3'); pass(); show('40'); show('3');
const atOnce = [...told];
pass();
return [atOnce, told];
"""

page = scripts("core/dash.js", "core/state.js")


def test_a_value_that_comes_back_at_once_is_told_once_the_other_is_taken(page: Scripts) -> None:
    assert page.execute_script(TOLD) == [["3", "40"], ["3", "40", "3"]]
