"""Away and back is the same α, to the last bit, until an experiment is chosen anew."""

from tests.scripts.node import Scripts, scripts

exact_alpha = scripts("model/exact_alpha.js", "core/signals.js")

TURNED = """
const { alphaToSend, installExactAlpha, runCompleted } = nnbench;
installExactAlpha();
const show = (act, position, alpha) => runCompleted.emit({ act, controls: { position }, experiment: { alpha } });
show("turn", 1, 5);
show("turn", 0.3, 0.1000001);
const back = [1, 0.3, 0.4].map(alphaToSend);
show("choose", 0.2, 0.05);
return [back, [1, 0.3, 0.2].map(alphaToSend)];
"""


def test_an_alpha_that_was_typed_is_met_again_until_an_experiment_is_chosen(exact_alpha: Scripts) -> None:
    found = exact_alpha.execute_script(TURNED)
    assert found == [[5, 0.1000001, {"position": 0.4}], [{"position": 1}, {"position": 0.3}, 0.05]]
