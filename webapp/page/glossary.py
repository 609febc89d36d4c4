"""The words of the page, a row each: the meaning of a number or a control, and the effect of turning it up.

A row is the tooltip of the elements that its selector finds, and a line of the list under "?", beside the keys.
"""

from dataclasses import dataclass

from engine.layers.initializers import INITIALIZERS
from webapp.page.stage.views import VIEWS


@dataclass(frozen=True)
class Term:
    """A word of the page: its name, the CSS selector of its elements, and its sentences.

    `higher` states the effect of a greater value; a word without a value has none.
    """

    name: str
    selector: str
    says: str
    higher: str = ""


def _readout(id_: str) -> str:
    return f"dl > div:has(#{id_})"


def _outcome(name: str) -> str:
    return f".outcome[data-outcome={name}]"


def _choice(name: str, control: str, value: str, says: str) -> Term:
    """One choice of a segmented control."""
    return Term(name, f"#{control} .mantine-SegmentedControl-control:has([value='{value}'])", says)


GLOSSARY = (
    *(Term(f"{view.title} view", f"#{view.tab_id}", view.says) for view in VIEWS),
    Term(
        "Start from here",
        ".start-here",
        "Takes the weights at the cross as the starting weights, in one step of undo.",
    ),
    Term(
        "Experiment",
        ".pick:has(#experiment)",
        "A network, a target and data to begin with. Choosing one starts it afresh.",
    ),
    Term(
        "Gradient check",
        "#badge",
        "Compares the gradients of backprop with numeric ones: how much the loss changes when one number changes a "
        "little. Where the two agree, no layer has a bug in its derivatives.",
    ),
    Term(
        "Dense layer",
        ".layer .kind[data-kind=affinity]",
        "Fully connected: y = M x + b. It learns its weights M and its biases b. The notebook calls it an affinity "
        "layer.",
    ),
    Term(
        "Activation",
        ".layer .kind[data-kind=map]",
        "Applies one function to every number. It has nothing to learn. The notebook calls it a map layer.",
    ),
    Term(
        "Bug: M for Mᵀ",
        ".layer .mistake[data-do=left]",
        "The notebook's first bug, on purpose: the layer passes back M times the gradient, not Mᵀ.",
    ),
    Term(
        "Bug: half leak",
        ".layer .mistake[data-do=half]",
        "The notebook's second bug, on purpose: below 0 its output has half the leak, and its derivative the whole.",
    ),
    Term(
        "Identity",
        ".layer .kind[data-kind=identity]",
        "Its output is its input, and it passes gradients back unchanged.",
    ),
    Term(
        "Units",
        "[data-control|=width]",
        "How many numbers a dense layer gives.",
        "the network can bend its output more, and has more weights to learn.",
    ),
    Term(
        "Hidden unit",
        ".unit-head",
        "One number that an activation gives, over all inputs, at this step. A click on its small map keeps it here.",
    ),
    Term(
        "Output map",
        ".notes-first .colour-scale",
        "What the network answers at every point of the inputs, as colours. Click or drag over it to probe a point.",
    ),
    Term("Function", "[data-control|=function]", "What the activation does to every number: x ↦ f(x)."),
    Term(
        "Formula",
        "[data-control|=formula]",
        "A function of x, such as x*x/2, tanh(2*x) or max(x, 0). Its derivative is worked out.",
    ),
    Term("Add a layer", "[data-control|=add]", "Puts a layer here. Every other weight stays as it is."),
    Term(
        "Starting weights",
        "#chip",
        "The numbers that every run begins with, as colours. Two networks with the same code start from the same "
        "numbers, to the last bit.",
    ),
    Term("Randomize", "#randomize", "Draws new starting weights, and keeps everything else."),
    Term(
        "Start from these weights",
        "#keep",
        "Makes the weights of the step that is shown the start of every run from now on.",
    ),
    Term(
        "History",
        "#checkpoints",
        "Lists the starting weights of earlier runs. Each can be restored.",
    ),
    Term(
        "Learning rate α",
        ".field:has(#alpha-field), #alpha-track",
        "How far a weight moves at each step: α times its gradient, unless the knobs of training say otherwise.",
        "faster learning, until steps are so long that they miss and the run diverges.",
    ),
    Term(
        "Final loss at each α",
        "#lr-range, #alpha-state",
        "Where this run would end at every position of the slider: low is good. The dot is the current run, marks at "
        "the top are runs that diverge.",
    ),
    Term(
        "Learns",
        _outcome("learns"),
        "A weight moved, the loss on all samples fell, and the run ends more than 5 % below the best constant answer, "
        "or, where that is right for all samples, below the loss of its first weights.",
    ),
    Term(
        "Luck",
        _outcome("luck"),
        "The same run from weights nudged by a millionth ends elsewhere: final losses are more than 10 % apart, so the "
        "last digits decide.",
    ),
    Term(
        "Flat",
        _outcome("flat"),
        "The run ends no better than one answer for all inputs, or within 5 % of it; or the loss on all its samples is "
        "no lower than before, as where no weight moved.",
    ),
    Term(
        "Grows",
        _outcome("grows"),
        "Training makes it worse: the run ends more than 5 % above the loss of its first weights, and as far above the "
        "best constant answer.",
    ),
    Term("Diverges", _outcome("diverges"), "The loss passes a million times the first, or is no finite number."),
    Term(
        "Samples",
        ".field:has(#samples-field), #samples-slider",
        "How many samples the network learns from, one after the other. Each is one step, or a batch of them is.",
        "a longer run; the first samples stay the same.",
    ),
    Term(
        "Data seed",
        ".field:has(#seed-field)",
        "Decides which random samples are drawn. The same seed always draws the same ones.",
        "other samples, neither better nor worse.",
    ),
    Term("Next seed", "#next-seed", "Draws other samples: how much of the result is luck?"),
    Term(
        "32 data seeds",
        "#seed-dots, #seed-rank",
        "A dot for each of 32 data seeds, at its final loss: low losses stand at the left. Point at one to see its "
        "curve, click it to take it.",
    ),
    Term("Target", "#knob-target .field:has(#target)", "What the network should answer for an input v₀, v₁, …"),
    Term(
        "Scaling",
        ".field:has(#scaling)",
        "How the columns of the table are made comparable, from its learned rows alone. Standard takes "
        "(x − mean) / standard deviation, −1 to 1 goes by the least and the greatest number. A number as answer is "
        "scaled too, classes never are.",
    ),
    Term(
        "Split",
        ".field:has(#split)",
        "Which rows are held out: every k-th of the table, or rows that the data seed chooses.",
    ),
    Term(
        "Test rows",
        ".field:has(#test-field)",
        "Rows that are neither learned from nor shown until you look at them. No other knob changes which rows these "
        "are.",
    ),
    Term(
        "Target's formula",
        "#target-formulas input",
        "One output as a formula of the inputs, such as v0*v1, sin(3*v0) or sign(v0 - v1).",
    ),
    Term("Inputs", "#knob-inputs .field:has(#inputs)", "How the inputs of the samples are drawn."),
    Term("Own data", "#open-facts", "A table of your own: rows of inputs and of what is expected for them."),
    Term(
        "Weight seed",
        ".field:has(#weights-field)",
        "Decides which random starting weights are drawn.",
        "other weights, neither better nor worse.",
    ),
    Term("Next weights", "#next-weights", "Draws other starting weights: how much of the result is luck?"),
    *(
        _choice(row.title, "scheme", row.name, f"Size of the starting weights. {row.sentence}")
        for row in INITIALIZERS.values()
    ),
    Term(
        "Momentum",
        ".field:has(#momentum-field), #momentum-slider",
        "The part of the last step that is taken again.",
        "faster along valleys, and steps that go too far sooner.",
    ),
    Term(
        "Rate",
        ".field:has(#rate-field), #rate-curve",
        "What α is multiplied by at step k: a formula such as where(k<1500, 1, 0.1) or 1/(1+k/200). The first k is 0.",
    ),
    Term(
        "Shapes of the rate",
        "#rate-shapes",
        "Puts one of five formulas into the field, to be changed there.",
    ),
    Term(
        "Decay",
        ".field:has(#decay-field), #decay-slider",
        "Moves weights towards 0 at each step. Biases and frozen weights are left alone.",
        "smaller weights and a smoother output.",
    ),
    Term(
        "Batch",
        ".field:has(#batch-field), #batch-slider",
        "Samples per step: their mean gradient makes one step.",
        "calmer and fewer steps.",
    ),
    Term(
        "Optimizer",
        ".field:has(#optimizer)",
        "How a gradient becomes a step. SGD takes it as it is; RMSProp and Adam divide it by its size so far.",
    ),
    Term(
        "Loss",
        ".field:has(#kind-of-loss)",
        "What counts as wrong about an output: half the square of its error, its size, Huber's, which is half the "
        "square up to 1 and the size less ½ beyond, or the logistic loss and cross-entropy, which are for classes.",
    ),
    Term(
        "Nesterov",
        ".checkbox:has(#nesterov)",
        "Momentum that goes one step ahead. Without momentum it changes nothing.",
    ),
    Term(
        "Distinct",
        ".field:has(#distinct-field), #distinct-slider",
        "How many different samples there are.",
        "harder to learn by heart.",
    ),
    Term("Noise", ".field:has(#noise-field), #noise-slider", "Blurs the inputs, not the target."),
    Term(
        "Leave out",
        ".field:has(#without-field)",
        "The numbers of rows, or of distinct samples, that are passed over, such as 3, 14. At their turns a loss is "
        "taken, and nothing moves.",
    ),
    Term(
        "Held-out",
        ".field:has(#held_out-field), #held_out-slider",
        "The network never learns from these samples. Where others come again, their loss is the dashed line.",
        "a loss that depends less on which they are.",
    ),
    Term(
        "Final loss",
        "#sentence",
        "The mean loss over the last tenth of the samples. A run that diverges has none. A loss is half the squared "
        "distance between the network's output and the target, unless another is chosen under Training.",
    ),
    Term(
        "In other data seeds",
        "#elsewhere",
        "The same change under 32 data seeds, to tell whether it holds for other samples too. A click shows each.",
    ),
    Term(
        "Why it failed",
        "#why",
        "The first cause that holds, from exact counts over the steps of this run. Each button was tried: the run ends "
        "lower, and does not fail for this reason.",
    ),
    Term("Max loss", _readout("read-max"), "The largest loss of the run."),
    Term("Last loss", _readout("read-last"), "The loss of the last sample: one sample's, so partly luck."),
    Term(
        "Learning potential",
        _readout("read-potential"),
        "−ln of the last loss, the notebook's measure: one sample's, so partly luck. A run that diverges counts as −∞, "
        "whatever its last loss is.",
        "better.",
    ),
    Term(
        "Held-out loss",
        _readout("read-held-out"),
        "The mean loss after the last step, over samples that it never learns from.",
    ),
    Term(
        "Right",
        _readout("read-score"),
        "The number of learned rows that the network answers right after the last step. Where the answer is a number, "
        "it is R²: the share of the spread of the targets that the answers have.",
    ),
    Term("Right, held out", _readout("read-held-score"), "The same of the rows that it never learns from."),
    Term(
        "Answers",
        "#output-form [data-form=answers]",
        "It shows which rows of the table are answered right, at the step of the scrubber.",
    ),
    Term(
        "Plane",
        "#output-form [data-form=plane]",
        "It shows the output on the plane through three rows of the table.",
    ),
    Term(
        "Lines",
        "#output-form [data-form=lines]",
        "It shows the answer for thirty rows along one input, while all else stays each row's own.",
    ),
    Term("Map", "#output-form [data-form=map]", "It shows the output over two of the inputs."),
    Term(
        "Ask",
        "#ask",
        "Questions about this run that many other runs answer, such as when its end was decided.",
    ),
    Term(
        "Points",
        "#point-tool > button",
        "Each sample becomes a handle on the square: a click adds one, a drag moves it, and the run follows.",
    ),
    _choice("Raw", "filter", "raw", "A dot for each sample's loss."),
    _choice(
        "Smoothed",
        "filter",
        "low pass",
        "A line through the losses: at each sample their mean, weighted by a Gaussian with σ = max(3, n/60). It "
        "ends before a divergence.",
    ),
    _choice("Both", "filter", "both", "The dots, and the line through them."),
    Term(
        "32 seeds",
        "#band",
        "The loss at every sample under 32 data seeds: the median, and a band for the middle 80 %.",
    ),
    Term(
        "Twins",
        "#twins",
        "The same run eight times, from weights nudged by a millionth. Where the curves part, the last digits decide.",
    ),
    Term(
        "Floor and ceiling",
        "#floor",
        "The floor is the least loss that a network of this shape was found to have, in searches from 16 starts and "
        "from this run's end. The ceiling is that of the best constant answer.",
    ),
    Term("Pin", "#pin", "Keeps this run in the table of runs, and its curve in the plot."),
    Term(
        "In A’s order",
        "#compare-order button",
        "Lays the hidden units of the current run over those of the pinned one: the order, signs and sizes that bring "
        "both nearest, while the outputs stay the same. Only what is shown changes.",
    ),
    Term(
        "Answers · weights · wall",
        "#runs-table .against-now",
        "What this run is to the current one: whether both give the same answers at the inputs where they were "
        "compared, for elsewhere they may differ; whether their weights are the same up to what can change in hidden "
        "units without another output; and how far the loss rises on the straight line between them.",
    ),
    Term("Loss curve", "#loss .yaxislayer-above, #loss .xaxislayer-above", "The loss of each sample, in their order."),
    Term("Play", "#play", "Goes through the run, step by step: weights and maps follow."),
    Term(
        "Step",
        "#scrubber, #step-read",
        "The step at which weights, maps and probe are shown; step 0 is the start.",
    ),
    Term(
        "Weights shown",
        "#weights-view",
        "The starting weights, the weights at the step that is shown, or the difference between them.",
    ),
    Term(
        "Form of the weights",
        "#weights-form",
        "Shows the weights as colours, or as numbers with bars, a row for each unit; many weights are small cells.",
    ),
    Term(
        "Colours of the weights",
        "#weights-key",
        "Violet is negative, orange positive; the stronger, the further from 0. Click a weight to change it.",
    ),
    Term(
        "Output",
        "#response-key",
        "What is wanted and what the network answers for every point of the input plane, and the difference. Dots "
        "and rings are some of the samples.",
    ),
    Term("Landscape across, up", "#landscape-x, #landscape-y", "The two knobs that the map turns."),
    Term(
        "Landscape shows",
        "#landscape-measure",
        "What a cell's colour says of its run: its final loss, its last loss, or after how many samples it was good "
        "enough.",
    ),
    Term("Probed input", "#probe-what", "Which vector goes through the network: a sample, or one you type."),
    Term(
        "Gradient",
        "#probe-flow [data-part=slopes]",
        "The slope of the loss: how fast the loss grows when this number grows. A step goes against it.",
        "a longer step at the same α.",
    ),
    Term(
        "Sensitivity",
        "#sensitivity",
        "Changes one thing after the other, keeps all else, and runs each: what does the final loss depend on?",
    ),
    Term(
        "Sharpness",
        "#sensitivity-strips .sharpness",
        "How strongly the loss bends at the starting weights, where it bends most. A step on one sample can raise that "
        "sample's loss where α is above 2 divided by it.",
    ),
    Term(
        "Predict",
        "#predict",
        "While it is on, each result waits until you have predicted it: by a word, or by a click at its height in the "
        "loss plot. What would tell it is hidden until then.",
    ),
    Term("Share link", "#share", "A link to exactly this run: whoever opens it gets the same numbers."),
    Term("Export", "#export", "This run as a script, a notebook, a table, a picture, or as PyTorch."),
    Term("Story", "#story", "The story has thirty-four pages, and starts where you left it."),
)

KEYS = (
    (("[", "]"), "α a little lower, higher; with Shift ten times as far"),
    (("N",), "next seed"),
    (("V",), "next view; with Shift the one before"),
    (("F",), "next filter"),
    (("S",), "the band of 32 seeds"),
    (("T",), "the twins of the run"),
    (("W",), "which sample did it, or no longer"),
    (("D",), "when it was decided, or no longer"),
    (("G",), "predict each result before it is shown, or stop"),
    (("P",), "pin this run to the table, or take it out"),
    (("C",), "compare this run with the run that was pinned last; Escape closes the comparison"),
    (("U",), "undo; with Shift redo"),
    (("L",), "large type for a wall or projector; Page Up and Page Down turn the pages of the story; Escape leaves"),
    (("←", "→"), "one step back, on; with Shift ten"),
    (("Home", "End"), "the first step, the last"),
    (("Space",), "play, pause"),
    (("1", "2", "3", "4", "5"), "jump to weights, output, landscape, probe, runs"),
    (("?",), "this list"),
)
"""Every shortcut of the page, with its effect."""
