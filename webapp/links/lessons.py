"""Lesson texts: the questions of a link's author, and the story as thirty-four chapters.

A link may contain the text of anybody, which is plain text and cut to a length. The chapters are rows of a table: each
asks a question, opens an experiment with the knobs that its text is about, says what to set, and has an answer.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.experiments.catalogue import CATALOGUE, tower
from engine.experiments.edits import multiply_left
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, Map
from engine.experiments.link_codec import to_texts
from engine.results.lottery_ticket import with_units
from webapp.base.format import cut_to
from webapp.bench.narration import shown_value

LONGEST_TITLE = 120
LONGEST_PROMPT = 1_000
TYPED = re.compile(r"\[([^][]+)\]")
"""The text to be typed, as the task of a chapter marks it: Set α to [0.02]."""

ALPHA = ".field:has(#alpha-field)"
SAMPLES = ".field:has(#samples-field)"
SEED = ".field:has(#seed-field)"
FIRST_WEIGHT = ":is(#weight-cells > button:first-child, #weight-table tbody tr:first-child > td:nth-child(2) > button)"
WEIGHT_SEED = ".field:has(#weights-field)"
RATE = ".fold-row:has(#rate-field)"
BATCH = ".fold-row:has(#batch-field)"
DISTINCT = ".fold-row:has(#distinct-field)"
DECAY = ".fold-row:has(#decay-field)"
SCALING = ".fold-row:has(#scaling)"
ROWS = "#split-bar"
ASK = "#ask"
HELD_OUT = ".fold-row:has(#held_out-field)"
WIDTH = "[data-control=width-0]"

MINUTES = 50
"""The minutes that a reader of all pages takes, about."""


@dataclass(frozen=True)
class PlannedAxis:
    """A knob of a sweep that a chapter plans, with `count` values from one to another, evenly or by a factor."""

    name: str
    low: float
    high: float
    count: int
    log: bool = False

    @property
    def plain(self) -> dict[str, Any]:
        """The axis in the form of a new map."""
        return {"name": self.name, "from": self.low, "to": self.high, "count": self.count, "log": self.log}


@dataclass(frozen=True)
class Chapter:
    """One chapter of the notebook's story: its name in links, its texts, and its experiment.

    The prompt explains and says what to look at, the task what to set, the question what to predict before; the answer
    is shown on request.
    """

    key: str
    title: str
    prompt: str
    task: str
    """Empty where nothing is to be set. Text to be typed stands in square brackets."""
    question: str
    answer: str
    row: str
    experiment: Experiment
    control: str
    """The CSS selector of the control that the task is about, or without a task, of the element to look at."""
    view: str
    """The view that is on the stage when the chapter opens."""
    plan: tuple[PlannedAxis, ...] = ()
    """A sweep that the page plans, for the reader to start."""
    source: str = ""
    """Authors, year and title of the paper that the chapter is about; it stands under the answer."""

    @property
    def texts(self) -> dict[str, str]:
        """The texts that a link with the chapter's name need not repeat."""
        return {"experiment": self.row} | to_texts(self.experiment, CATALOGUE[self.row].experiment)


def _chapter(
    key: str,
    row: str,
    control: str,
    title: str,
    prompt: str,
    task: str,
    question: str,
    answer: str,
    *,
    view: str = "loss",
    source: str = "",
    **knobs: Any,
) -> Chapter:
    experiment = replace(CATALOGUE[row].experiment, **knobs)
    return Chapter(key, title, prompt, task, question, answer, row, experiment, control, view, source=source)


_LEFT = multiply_left(CATALOGUE["left-or-right"].experiment, wrong=True)

_PLAN_OF_WIDTHS = (
    PlannedAxis("alpha", 0.01, 1.0, 21, log=True),
    PlannedAxis("width", 1, 16, 16),
    PlannedAxis("weight_seed", 0, 499, 500),
)

_XAVIER = DrawnWeights(1, "xavier")
_DEEP: dict[str, Any] = {"layers": tower(2, 8, 8, 8, 1, last=True), "weights": DrawnWeights(2), "inputs": "grid"}
WHOLE_OF_TICKET = replace(
    CATALOGUE["xor-hidden-layer"].experiment,
    layers=tower(2, 16, 1, last=True),
    weights=_XAVIER,
    inputs="uniform",
    samples=5000,
)
_TICKET = with_units(WHOLE_OF_TICKET, (0, 2, 8, 14))
"""Its four largest units after its run, at the first weights that they had in it."""

STORY: dict[str, tuple[Chapter, ...]] = {
    "A border that learns": (
        _chapter("tanh", "tanh-signs", ALPHA, "What does a network learn?",
            "A network is a chain of layers: here a dense layer, which holds the weights, and tanh, whose output "
            "stays between −1 and 1. It learns two signs: is v₀ above 0, and is v₀ above v₁?\n"
            "Press Play. Look at the output map and at the weights.",
            "Set α to [0.4].",
            "What does a larger α, the learning rate, do to both?",
            "The weight from v₀ to u₀ ends at 4.39 instead of 2.41, so the edges in the output map are sharper. The "
            "final loss, the mean of the last tenth of the steps, changes little: from 0.106 to 0.0971.",
            view="output"),
        _chapter("xor", "xor-one-layer", ALPHA, "Can one layer learn XOR?",
            "XOR: the target is 1 where the two inputs have different signs, else −1. The inputs are the four "
            "corners of a square. The notebook began it with one dense layer, and stopped.\n"
            "Look at the output map, which has a straight border.",
            "Set α to [0.5], then to any other.",
            "Is there an α at which all four corners have the right sign?",
            "There is none. A straight line cannot have opposite corners on one side and the other two on the other "
            "side. The final loss is 0.801 at α 0.1 and 0.800 at α 0.5.",
            view="output"),
        _chapter("hidden", "xor-hidden-layer", WEIGHT_SEED, "What does a hidden layer add?",
            "Four hidden units stand between input and output: a dense layer, tanh, a dense layer, tanh. Now the "
            "border can bend, and all four corners have the right sign. The final loss is 0.00430.\n"
            "Look at the output map.",
            "In First weights, set Weight seed to [7].",
            "Do all starting weights lead there?",
            "They do not. With weight seed 7 the final loss is 0.801 and one corner has the wrong sign, also after "
            "20,000 samples. Of the weight seeds from 0 to 31, 18 get below 0.05 with 500 samples.",
            view="output"),
    ),
    "What the knobs do": (
        _chapter("numbers", "three-facts", ALPHA, "What does α do?",
            "A dense layer computes M x + b: M holds its weights, b its biases. Each step takes one sample, and from "
            "each of these numbers it subtracts α times its gradient, the slope of the loss. Three samples repeat.\n"
            "Look at the final loss, which is 0.000720 at α 0.03.",
            "Set α to [0.01], then to [0.2].",
            "Does a smaller α lower the final loss? Does a larger one?",
            "These two do not lower it. At α 0.01 the final loss is 0.171: the steps are too short for 300 samples. "
            "At α 0.2 they are too long: the run diverges at step 8. Between them, at α 0.05, the final loss is 6.28 "
            "× 10⁻⁷."),
        _chapter("identity", "affine-identity", SAMPLES, "How many samples are enough?",
            "Now every step takes a new sample, drawn with the data seed. The target is the input itself, so the "
            "best M is the identity matrix and the best b is 0.\n"
            "Look at the final loss, and at Last loss in the line under the slider of steps.",
            "Set Samples to [20], then to [500].",
            "How low are both losses with 20 samples, and how low with 500?",
            "20 samples leave a final loss of 0.178, and 100 leave 9.31 × 10⁻⁹. With 500 samples the last loss is "
            "exactly 0: more samples cannot lower it."),
        _chapter("swap", "affine-swap", "#randomize", "Do the starting weights matter?",
            "The target swaps the two inputs. The starting weights are drawn at random, with the weight seed; the "
            "samples are drawn with another seed, so they stay the same.\n"
            "Look at the weights after the last step.",
            "Press Randomize a few times.",
            "Do other starting weights end elsewhere?",
            "Hardly: M ends each time with 0.00 and 1.00 in its first row, 1.00 and 0.00 in its second. With the "
            "weight seeds from 0 to 40 the final loss is always below 10⁻⁷."),
        _chapter("by-hand", "identity-by-hand", FIRST_WEIGHT,
            "What does learning do to the weights?",
            "The notebook set these weights by hand. The network doubles its input, as the target wants: it answers "
            "(6, 10) to (3, 5). So every loss is 0, every gradient is 0, and no weight moves.",
            "In Weights, click the 1.00 at the top left and set it to [2].",
            "Where does a weight end that starts at 2, not at 1?",
            "It ends at 1.00 again. The wrong weight makes a loss, so its gradient is no longer 0, and the steps "
            "take the weight back."),
    ),
    "Where the notebook got stuck": (
        _chapter("double", "doubling-map", ALPHA, "What does an activation do to the gradient?",
            "An activation that doubles its input follows the dense layer. The target is the input itself. The "
            "gradient comes back through the activation before it reaches the weights.\n"
            "Drag the slider of steps to step 0, and look at Probe, Backward.",
            "Set α to [0.2].",
            "Does the network still learn at a larger α?",
            "The activation doubles the gradient, so α 0.2 is too large: the run diverges at step 44. Without the "
            "activation, the layer learns the identity even at α 0.5."),
        _chapter("stuck", "square-map", ALPHA, "Why does it not learn?",
            "The activation is x²/2, and the target is (v₀ − v₁)² and 0. The notebook kept α at 0.1, and its "
            "learning potential was nan, not a number. Here the run diverges at step 30.\n"
            "Look at the curve.",
            "Set α to [0.02].",
            "Is this network unable to learn, or is α too large?",
            "α was too large. At α 0.02 the same network, with the same starting weights and samples, has a final "
            "loss of 0.000895.",
            alpha=0.1),
        _chapter("alpha", "square-map", ALPHA, "Was it the seed or α?",
            "The derivative of x²/2 is x, so one step that is too long makes the next one longer. Whether that "
            "happens also depends on the samples, which the data seed draws.\n"
            "At α 0.02 the run diverges with 2 of 32 data seeds.",
            "Set α to [0.05], then to [0.1]. Look each time at the line below Data seed.",
            "How many of 32 diverge at a larger α?",
            "Both, but mostly α: 2 of 32 data seeds diverge at α 0.02, 27 at α 0.05, and all 32 at α 0.1."),
        _chapter("taken-off", "map-taken-off", ALPHA, "Does it learn without the activation?",
            "This is the dense layer of the x²/2 network, from the same starting weights, without its activation. "
            "The target is the input itself. The notebook found that it learns “just fine”.\n"
            "Look at the final loss.",
            "Set α to [0.5], then to [1].",
            "Which α is too large for the dense layer alone?",
            "At α 0.5 it still learns: the final loss is 3.58 × 10⁻⁸. At α 1 the run diverges at step 28. With x²/2 "
            "an α of 0.05 was too large."),
    ),
    "Layers that do not learn": (
        _chapter("wheels", "identity-layer", ALPHA, "Can every layer learn?",
            "The notebook began with layers that only pass on what they get. Forward, an identity layer passes its "
            "input on; backward, it passes on the gradient.\n"
            "Look at the final loss, which is 0.888.",
            "Set α to [0.5].",
            "What is the final loss at this larger α?",
            "It is still 0.888. An identity layer has no weights, so α has nothing to change."),
        _chapter("map", "map-plus-one", ALPHA, "Can an activation learn?",
            "An activation applies one function to every number; this one adds 1. Backward, it multiplies the "
            "gradient by the derivative of its function.\n"
            "Look at the final loss, which is 1.89.",
            "Set α to [0.5].",
            "Does this network learn at a larger α?",
            "No, the final loss is still 1.89. An activation has no weights either, and only weights and "
            "biases learn."),
        _chapter("leak", "leaky-relu-ones", WEIGHT_SEED, "Why does a ReLU sometimes never learn?",
            "Below 0 a ReLU outputs 0, and its derivative is 0 too: no gradient comes back. A leaky ReLU has a "
            "derivative of 0.01 there. The target is 1 for both outputs.",
            "In First weights, set Weight seed to [2]. Then choose relu in the Activation card, and look at Weights, "
            "Difference.",
            "Which of these weights can a ReLU not move?",
            "It cannot move those of u₁. Its input is below 0 for all 100 samples, so its weights and its bias do "
            "not move at all. With leaky relu the bias moves from −1.67 to −1.56."),
    ),
    "Other ways to train": (
        _chapter("rate", "falling-rate", RATE, "Must α stay the same?",
            "At α 1 the weights do not come to rest: to the end, each sample pulls them its own way. The rate "
            "multiplies α at each step; it is a formula in the step k, here the constant 1.\n"
            "Look at the end of the curve, and at the final loss, which is 0.0503.",
            "In Training, set Rate to [where(k<2250,1,0.1)].",
            "What does a tenth of α in the last 750 steps do to the final loss?",
            "It falls to 0.0304: shorter steps follow many samples, not the last few. With each data seed from 0 to "
            "31 it falls. α 0.1 from the start would leave 0.0688.",
            rate="1"),
        _chapter("batch", "sine", BATCH, "Is a batch better than one sample?",
            "So far each sample moved the weights. A batch moves them once, by the mean of its gradients, which is "
            "smoother.\n"
            "Look at the final loss. It is 0.00467 at α 0.1, about the lowest that single samples reach; at α 0.4 "
            "their run diverges.",
            "In Training, set Batch to [16], then α to [0.4].",
            "Does the smoother gradient end lower?",
            "No: 2,000 samples are now 125 moves. At α 0.1 the final loss is 0.0712. At α 0.4, which now learns, it "
            "is 0.0187. A GPU computes a batch in about the time of one sample: that is why courses use batches."),
        _chapter("by-heart", "circle-by-heart", DISTINCT, "Is a low final loss enough?",
            "Noise blurs these inputs: the final loss is 0.483, and one answer for all has 0.500. The network never "
            "learns from the 300 held-out samples.\n"
            "Look at Held-out loss in the line under the slider of steps.",
            "In Data, set Distinct to [30].",
            "Where does the final loss end if 30 samples come again and again, and where the held-out loss?",
            "The final loss is 0.00528, and the held-out loss 0.740, which is worse than one answer for all. The "
            "network has learned these 30 by heart with their noise. The final loss alone does not show it.",
            distinct=None),
        _chapter("decay", "circle-decay", DECAY, "Can small weights help?",
            "Here are the 30 noisy samples again. To hit them, weights grew up to 5.06. Decay λ takes the share α·λ "
            "of every weight away at each step.\n"
            "Look at Held-out loss and at the weights after the last step.",
            "In Training, set Decay λ to [0.02], then to [0.1].",
            "Does the final loss fall, or the held-out loss?",
            "The held-out loss falls from 0.740 to 0.559; the final loss rises to 0.339. Six of eight hidden units "
            "have no weight beyond ±0.1 left. Decay 0.1 gives 0.535, and one answer for all 0.499: such noise hides "
            "the circle.",
            decay=0.0),
    ),
    "Real tables": (
        _chapter("scaling", "wine", SCALING, "Must columns be scaled?",
            "Thirteen measures of wines from three growers, as they were written down: the column proline goes up to "
            "1,547, the column hue to 1.42. The network learns 106 of the rows, and 36 others are held out.\n"
            "Look at the end of the sentence: 12 of 36 held-out rows are right.",
            "In Table, set Scaling to Standard.",
            "How many of the 36 will be right?",
            "34 of them are. The final loss falls from 1.18 to 0.00532, with the same starting weights and the same "
            "rows: unscaled, proline drowned the other twelve columns.",
            scaling="none"),
        _chapter("test", "penguins", ROWS, "When is a score a test?",
            "Four measures tell three kinds of penguin apart. The 68 held-out rows say which α is better, so whoever "
            "tries many values chooses by them too. That is why 68 more rows stay closed.\n"
            "Look at the end of the sentence: 67 of 68 held-out rows are right.",
            "Set α to [0.05]. Then, in Table, open the 68 test rows once.",
            "How many of the 68 test rows will be right?",
            "All 68 are, as of the held-out ones. One look is a test. Whoever turns a knob after it and looks again "
            "chooses by these rows too, and the page counts the looks."),
    ),
    "Backward": (
        replace(_chapter("left", "left-or-right", '.mistake:has([data-control="switch-2"])',
            "Left-multiply or right-multiply?",
            "The notebook asks this of the gradient that a dense layer passes back to the layer before it. It passed "
            "back M times the gradient, and here the second dense layer does the same. No error is raised, since its "
            "M is square.\n"
            "Look at the gradient check beside the network: it failed.",
            "Untick “bug: M for Mᵀ” in the second Dense card.",
            "How far does the final loss fall if the check passes?",
            "From 0.662 to 0.0479, with the same starting weights and samples. The wrong gradient lowers the loss too, "
            "so the curve alone does not show the mistake."), experiment=_LEFT),
        _chapter("answer", "left-or-right", "#at-probe", "Which one is right?",
            "Forward, the third dense layer makes 2 numbers of 4, so its M has 2 rows and 4 columns. Backward, it "
            "must make 4 numbers of 2. This network does so correctly, and the gradient check passed.\n"
            "Look at Probe, Backward: 2 numbers under Dense layer 3 become 4 under Activation 2, which is before it.",
            "",
            "Are they multiplied by M or by Mᵀ, from the left or from the right?",
            "As a column: Mᵀ times the gradient, from the left. As a row: the gradient times M, from the right. The "
            "same numbers."),
    ),
    "Many runs": (
        _chapter("solution", "xor-hidden-layer", WEIGHT_SEED, "Do two seeds find the same solution?",
            "Hidden units in another order, or with the other sign before and after tanh, change no answer. Surface "
            "compares a run with the one before it, in the best order and signs found.\n"
            "The final loss is 0.00430, with weight seed 1.",
            "In First weights, set Weight seed to [10]. When the result is shown, point at each word beside Surface.",
            "Is the final loss about the same? Are the weights the same too?",
            "The final loss is 0.00434, and the answers are the same at the four corners. The weights are not, in "
            "any order or signs: on the straight line between both ends the loss rises by 10.5 times the larger of "
            "theirs. These are two solutions.",
            view="surface"),
        _chapter("which", "circle-by-heart", ASK, "Did one sample do it?",
            "These 30 samples come again and again. Noise moved point 3, whose label is 1, out of the circle. Ask has "
            "the run made 30 times more, each without one point; all else stays.\n"
            "Choose Ask, then “Which sample did it?”, then Missed most: point 3 comes first.",
            "Choose point 3 in the list, then Leave it out.",
            "Is the held-out loss lower without that label?",
            "No: it rises from 0.740 to 0.769. The loss at point 3 goes from 0.0137 to 2.00, for without it the "
            "network answers −1 there: it had learned this label by heart. That a label looks wrong is no proof that "
            "it harms.",
            view="output"),
        _chapter("decided", "circle-by-heart", ALPHA, "When is the end of a run decided?",
            "A nudge of all weights by a millionth at one step may change all that follows, or nothing. Ask forks the "
            "run at 61 steps, each with 16 such nudges, and measures how far the end moves.\n"
            "Choose Ask, then “When was it decided?”: here it was before the first step.",
            "Set α to [0.2].",
            "After which step does no nudge move the end any more?",
            "It is step 4,650 of 10,000: before it some nudges change the final loss by more than 5 %. Other data from "
            "there on still change it by 31 %."),
        replace(_chapter("widths", "xor-hidden-layer", "#lesson-plan", "Do more hidden units learn XOR more often?",
            "One run says little of a width: its weight seed may be a lucky one. This plan makes a run for each of "
            "21 α, 16 widths and 500 weight seeds: 168,000 runs.\n"
            "In its map, set Only to “final loss at most” 0.05: it shows the share of seeds that learn.",
            "",
            "Which width learns XOR from most seeds? Is the best α the same for each?",
            "With 3 units 340 of 500 weight seeds learn it, at α 0.398. With 12 it is at most 183, at α 0.1, and 93 "
            "at α 0.398: more units need a smaller α, and still fail more often. With one unit no seed learns it."),
            plan=_PLAN_OF_WIDTHS),
    ),
    "Results from papers": (
        _chapter("edge", "circle", ALPHA, "How sharp does the loss become?",
            "All 20 samples are one batch, in each of 3,000 steps. The sharpness is the largest curvature of the loss: "
            "where it is above 2/α, steps along it raise the loss.\n"
            "At α 0.4, 2/α is 5, and it is 3.79 before the first step and 5.00 after the last. Look at the curve.",
            "Set α to [0.1].",
            "Now 2/α is 20. Does the sharpness get there?",
            "Not in 3,000 steps: it ends at 9.71. At α 0.4, it ends within 5 % of 2/α with 31 of 32 weight seeds; at α "
            "0.1, with 0.",
            source="Cohen, Kaur, Li, Kolter and Talwalkar 2021, Gradient Descent on Neural Networks Typically Occurs "
            "at the Edge of Stability",
            layers=tower(2, 8, 1), weights=_XAVIER, alpha=0.4, samples=60_000, distinct=20, batch=20),
        _chapter("butterfly", "circle", "#weights-plot", "Can a millionth change where a run ends?",
            "The first weight is 0.2107097, and you add about a millionth to it. A wall is the rise of the loss "
            "on the straight line between both ends. From step 7,000 of 8,820 on each step has a tenth of α.",
            "In Weights, click the first cell and set it to [0.210711]. Look at the words beside Surface.",
            "Is there a wall between both ends?",
            "There is one of 1.20 times the larger loss. With a nudge by a millionth before the first step, 30 of "
            "32 weight seeds have a wall; at step 7,000, 0; and at α 0.02 and step 0, 5.",
            view="surface",
            source="Altıntaş et al. 2025, The Butterfly Effect: Neural Network Training Trajectories Are Highly "
            "Sensitive to Initial Conditions",
            **_DEEP | {"weights": DrawnWeights(14)}, alpha=0.1, samples=8_820, rate="where(k<7000,1,0.1)"),
        _chapter("connected", "circle", SEED, "When do two runs share a valley?",
            "The same 441 points come again and again, in batches of 8, and the data seed changes their order alone. "
            "Two runs share a valley if the loss does not rise between their ends.",
            "Set Data seed to [4]. Then drag the slider to step 2,000, press Start from these weights, and set Data "
            "seed to [3].",
            "Is there a wall, each time?",
            "There is one of 1.25 times the larger loss, then there is none. If they part at the start, 30 of 32 "
            "weight seeds have a wall; at step 1,000, 2; at step 2,000, 0.",
            view="surface",
            source="Frankle, Dziugaite, Roy and Carbin 2020, Linear Mode Connectivity and the Lottery Ticket "
            "Hypothesis",
            **_DEEP, alpha=0.4, samples=35_280, batch=8),
        replace(_chapter("ticket", "xor-hidden-layer", WEIGHT_SEED, "Is a small part of a network enough?",
            "A network of 16 hidden units learned XOR on the whole square, to 0.0966. These are its 4 largest units, "
            "alone and from the weights that they had before the first step. They end at 0.0765.\n"
            "Look at the output map.",
            "In First weights, choose Xavier and set Weight seed to [33].",
            "Do four units that are drawn anew end as low?",
            "They do not, but at 0.281. Of 32 weight seeds, 28 have a ticket that ends within 10 % of the whole "
            "network, and 9 of 32 new fours do. With Normal first weights, 21 new fours do: there is less to win.",
            view="output",
            source="Frankle and Carbin 2019, The Lottery Ticket Hypothesis: Finding Sparse, Trainable Neural Networks"),
            experiment=_TICKET),
        _chapter("descent", "circle", WIDTH, "Does a wider network overfit more?",
            "Noise blurs these 30 samples. The weights into the 30 hidden units are frozen, so that only the last "
            "layer learns: just enough units to fit every sample.\n"
            "Look at Held-out loss in the line under the slider of steps: it is 2.64.",
            "In the first Dense card, set the outputs to [10], then to [64].",
            "Which of the three widths has the lowest held-out loss?",
            "The widest has it: 0.358, after 0.434 with 10. With 30 of 32 weight seeds the loss at 30 units is over "
            "1.5 times both. After 100 steps in place of 3,000, with 2: nothing is fitted yet.",
            source="Belkin, Hsu, Ma and Mandal 2019, Reconciling modern machine-learning practice and the classical "
            "bias-variance trade-off",
            layers=(Affinity(10, 30, frozen=True), Map("relu"), Affinity(30, 1)), ideal=("v0",),
            weights=DrawnWeights(2, "xavier"), inputs="normal", alpha=0.03, samples=90_000, distinct=30, held_out=500,
            batch=30, momentum=0.99, noise=0.5),
        _chapter("grokking", "xor-hidden-layer", DECAY, "Can a rule come long after the fit?",
            "The rule is the product of two signs, the smallest group; 18 other inputs are idle. 100 samples come "
            "again and again, and 99 % of them are right after 1,600 steps. Of the held-out ones, 99 % are right "
            "after 30,443.\n"
            "Look at both lines: the dashed one is of held-out samples.",
            "In Training, set Decay λ to [0].",
            "Does the held-out loss still fall?",
            "No, it ends at 0.646, not at 0.0196. With decay, held-out samples take over 4 times as long with 32 of 32 "
            "weight seeds; without, 0 get there. Addition modulo 5, 7 and 11 did not, in 200,000 steps.",
            source="Power, Burda, Edwards, Babuschkin and Misra 2022, Grokking: Generalization Beyond Overfitting on "
            "Small Algorithmic Datasets",
            layers=tower(20, 32, 1, last=True), ideal=("v0*v1",), weights=_XAVIER, alpha=0.05, samples=64_000,
            distinct=100, held_out=500, decay=0.003),
        _chapter("border", "square-map", ALPHA, "Is there a largest α that learns?",
            "Here is x²/2 again. At α 0.0415 the run learns, and at α 0.1 it diverges. Between them there may be one "
            "border, or many.\n"
            "Look at the scale over the slider of α.",
            "Set α to [0.0416], then to [0.0417], then to [0.0418].",
            "Which of these three diverge?",
            "The first and the last do. Of 201 α from 0.01 to 0.1, neighbours differ 3 times; in windows each 40 times "
            "narrower, 14, 32, 32 and 37 times. With 29 of 32 weight seeds it is 3 or more in all five. With tanh no α "
            "up to 5 diverges.",
            source="Sohl-Dickstein 2024, The boundary of neural network trainability is fractal",
            alpha=0.0415),
        _chapter("spread", "circle", HELD_OUT, "Do seeds differ as much as they seem?",
            "Of 100 held-out samples, 96 are right; with weight seeds from 0 to 31 it is 96 to 99. Is one of these "
            "networks better than another, or do 100 samples say too little?\n"
            "In Landscape, choose weight seed and show Right.",
            "In Data, set Held-out to [2,000].",
            "How much of the spread is left?",
            "The standard deviation falls from 0.85 to 0.33 points. With 27 of 32 data seeds it falls by half or more. "
            "With 20 distinct samples, not 200, seeds do differ: 1.51 and 1.37.",
            source="Jordan 2024, On the Variance of Neural Network Training with respect to Test Sets and "
            "Distributions",
            layers=tower(10, 32, 1, last=True), ideal=("where(v0+v1>0,1,-1)",), weights=_XAVIER, inputs="normal",
            alpha=0.05, samples=5_000, distinct=200, held_out=100),
    ),
}  # fmt: skip
"""The pages of the story in order, by the titles of its parts."""

CHAPTERS = {chapter.key: chapter for chapters in STORY.values() for chapter in chapters}
_KEYS = list(CHAPTERS)

NOT_A_CHAPTER: dict[str, Any] = {
    "key": None,
    "row": None,
    "title": "",
    "prompt": "",
    "task": [],
    "plan": [],
    "question": "",
    "answer": "",
    "asks": False,
    "control": "",
    "view": "",
    "place": "",
    "back": None,
    "next": None,
}


def lesson_of(texts: Mapping[str, str], experiment: Experiment | None = None) -> dict[str, Any] | None:
    """The lesson of a link with these texts: a chapter, the link's own text, or None.

    Where the link leads to another run than the chapter is about, the chapter says so, and asks for no prediction.
    """
    chapter = CHAPTERS.get(texts.get("lesson", ""))
    if chapter is not None:
        # A link that names its view keeps it.
        lesson = _chapter_lesson(chapter) | ({"view": ""} if "view" in texts else {})
        other = "" if experiment is None else written_for(chapter, experiment)
        return lesson | ({"prompt": f"{other}\n\n{chapter.prompt}", "asks": False} if other else {})
    title = plain_text(texts.get("title", ""), LONGEST_TITLE)
    prompt = plain_text(texts.get("prompt", ""), LONGEST_PROMPT)
    if not title and not prompt:
        return None
    return NOT_A_CHAPTER | {"title": title, "prompt": prompt, "asks": bool(prompt)}


def written_for(chapter: Chapter, experiment: Experiment) -> str:
    """The run that the texts of a chapter are about, where that is not this one; empty where it is."""
    own = chapter.experiment
    differing = [knob for name, knob in own.knobs.items() if getattr(own, name) != getattr(experiment, name)]
    parts = [f"{knob.label} {shown_value(knob, getattr(own, knob.name))}" for knob in differing if knob.names_run]
    if (own.layers, own.weights) != (experiment.layers, experiment.weights):
        parts.append("its own network")
    return f"This page was written for another run: the one with {', '.join(parts)}." if parts else ""


def _chapter_lesson(chapter: Chapter) -> dict[str, Any]:
    at = _KEYS.index(chapter.key)
    return {
        "key": chapter.key,
        "row": chapter.row,
        "title": chapter.title,
        "prompt": chapter.prompt,
        "task": marked(chapter.task),
        "plan": [axis.plain for axis in chapter.plan],
        "question": chapter.question,
        "answer": f"{chapter.answer}\n{chapter.source}".rstrip(),
        # Only a value that is set has a result to predict.
        "asks": bool(chapter.task),
        "control": chapter.control,
        "view": chapter.view,
        "place": f"{at + 1} of {len(_KEYS)}",
        "back": _KEYS[at - 1] if at else None,
        "next": _KEYS[at + 1] if at + 1 < len(_KEYS) else None,
    }


def marked(task: str) -> list[tuple[str, str]]:
    """The pieces of a task in order, each with "type" where it is to be typed, else with ""."""
    pieces = TYPED.split(task)
    return [(piece, "type" if at % 2 else "") for at, piece in enumerate(pieces) if piece]


def plain_text(text: str, most: int) -> str:
    """The text without control and direction characters, cut to that many characters."""
    visible = "".join(letter for letter in text if letter == "\n" or unicodedata.category(letter)[0] != "C").strip()
    return cut_to(visible, most)
