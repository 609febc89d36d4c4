/**
 * The types at the seams, as JSDoc: what the page sends, what the server answers, and what the browser remembers. A
 * comment alone, so nothing of it is in the bundle.
 * @typedef {{ dtype: "f4" | "f8" | "i4" | "u1" | "u2", bdata: string, reach?: number }} EncodedArray A typed array in
 *   base64, see `lib/arrays.js`.
 * @typedef {{ data: any[], layout: any, config?: any }} Figure A Plotly figure.
 *
 * What a request is made of:
 * @typedef {Object<string, any>} Knobs What the plain knobs say, by their names: numbers, a slider's position, or text
 *   as it was typed.
 * @typedef {object} Experiment What names everything that a run depends on, as the engine writes it: beside these, a
 *   field for each knob.
 * @property {any[]} layers
 * @property {any} weights The initial weights, or how to draw them.
 * @property {any} inputs The name of a way to draw inputs, or a table of data.
 * @property {any} ideal The name of a target, or its formulas.
 * @typedef {object} RunRequest One request for a run.
 * @property {number} [serial] Greater than those of all requests before; the queue adds it.
 * @property {string} tab
 * @property {"turn" | "choose" | "open" | "randomize" | "keep" | "edit" | "change" | "point"} act
 * @property {string} key The experiment in the catalogue.
 * @property {Knobs} knobs
 * @property {?Experiment} experiment What to open.
 * @property {?{ layer: number, name: string, row: number, column: number, text: string }} cell The weight to edit.
 * @property {?{ do: string, at: number, value: any }} change A row of the server's table of changes, a layer, a value.
 * @property {?RunSummary} before The run that the new one is compared with.
 * @property {string} back_to The fingerprint of an earlier run that is gone back to, or "".
 * @property {?{ before: Experiment, at: [number, number] }} point A point of the plane of the run before and this one,
 *   whose weights are to be the starting weights.
 * @property {View} view
 * @typedef {object} View How a response is wanted.
 * @property {"light" | "dark"} theme
 * @property {?[number, number]} limits The axis that stays, as powers of ten.
 * @property {boolean} maps Whether maps and probe are due.
 * @property {string} frame The name of the frame that the page has.
 * @property {number[]} axes The two inputs that the maps are drawn over.
 * @property {?number} step Where the cursor is; null is the end.
 * @property {?number[]} own An input that is probed in place of the samples.
 * @property {?[number, number]} [unit] The unit that is shown like an output: its layer, and its place there.
 * @property {boolean} [large] Whether the maps are drawn large, and may have more points.
 * @property {?number} [opened] The layer whose small maps are all wanted; null for the first of each.
 * @property {boolean} [held] Whether a knob is held, or the line is slow: then a map has a byte a point.
 *
 * What the server answers:
 * @typedef {object} RunResponse The response to a request: a run, or why there is none.
 * @property {number} serial
 * @property {string} act
 * @property {{ field: string, sentence: string }} [refused] A typed value that is none.
 * @property {boolean} [lost] The server has no checkpoint of this tab.
 * @property {boolean} [dropped] A newer request has taken its place.
 * @property {string} [note]
 * @property {string} key
 * @property {Experiment} experiment Whole, or only its knobs where the page knows the rest.
 * @property {Controls} controls
 * @property {RunSummary} summary
 * @property {string} along Hashes over the losses before each part of the steps.
 * @property {{ name: string, asked: object, reply: object }[]} [known] Answers to side questions that come with the
 *   response to an opened link, since others have asked them before.
 * @property {Words} said
 * @property {[number, number]} limits The ends of the loss axis, as powers of ten.
 * @property {Ends} ends
 * @property {Figure} loss
 * @property {Ghost} ghost
 * @property {Place} place
 * @property {{ trained: EncodedArray, scale: number }} weights
 * @property {?Maps} response
 * @property {?Probe} probe
 * @property {Frame} frame
 * @property {{ final: string, loss: ?number, says: string }} [held] The loss of held-out samples after the last step,
 *   as a number where its line is drawn, and which samples they are.
 * @property {number[]} [rates] The rate's factor along the run, where it is not constant by default.
 * @typedef {object} Ends The lower end of the loss axis, as powers of ten.
 * @property {number} low The end itself: that of the limits, or where there are zeros, of the row of zeros under it.
 * @property {number} below Where a line goes that lies below the axis.
 * @property {number} zero Where a loss of 0 is drawn.
 * @typedef {object} Controls What the knobs show: a field for each knob, and
 * @property {number} position Of α on its slider.
 * @typedef {object} RunSummary What later sentences need to know of a run: beside these, a field for each knob that
 *   names it.
 * @property {string} title
 * @property {string} network
 * @property {string} checkpoint
 * @property {?number} settled The final loss; null where the run diverged.
 * @property {?number} first
 * @property {?number} diverged_at
 * @property {string} fingerprint
 * @property {string} data What names its inputs and its targets; "" where nobody has looked at them.
 * @property {string} layers What names its layers alone; "" in a summary of an earlier version.
 * @property {?number} held_out_loss Of its held-out samples after the last step, where a sentence may say it.
 * @typedef {object} Judged The sentences about a change: beyond the luck of both runs, within that of this run, within
 *   that of the run before.
 * @property {[string, string][]} beyond
 * @property {[string, string][]} within
 * @property {[string, string][]} within_before
 * @property {string} noun "turn" or "change"
 * @typedef {object} Words What the page says of a run.
 * @property {[string, string][]} sentence Pieces of text, each with its emphasis or "".
 * @property {string} proof
 * @property {boolean} [compares] Whether the sentence compares the run with the one before.
 * @property {?Judged} [judged] Null where no change is claimed.
 * @property {string} label The run's name as a ghost.
 * @property {string} change What undo takes back.
 * @property {string} max
 * @property {string} last
 * @property {string} potential
 * @property {string} aria
 * @typedef {{ step: number, last: number, sample: number, loss: ?number }} Place Where the cursor stands.
 * @typedef {object} Ghost A run's low-pass line, to be drawn when a later run takes its place.
 * @property {EncodedArray} x Not sent where it is the line of the figure, as y, or where the steps are 0, 1, 2, …
 * @property {EncodedArray} y
 * @property {?number} end
 * @property {?number} settled
 * @property {number} samples
 * @typedef {object} Frame What stays while a knob is turned; only its name where the page has it.
 * @property {string} name
 * @property {string} group
 * @property {string} title Of the experiment
 * @property {boolean} edited Whether its network, target or inputs are others now
 * @property {string} hint
 * @property {{ text: string, state: string, says: string }} badge
 * @property {{ value: string, label: string }[]} ideals
 * @property {{ value: string, label: string }[]} inputs
 * @property {{ formulas: string[], editable: boolean, most: number }} target
 * @property {{ layers: any[], widths: number[], chip: Chip, editable: boolean, functions: string[] }} strip
 * @property {string} no_preview Why there are no previews, where there are none.
 * @property {{ seed: ?number, scheme: string, says: string }} drawn How the first weights were drawn.
 * @property {{ cells: Block[], names: WeightName[], checkpoint: EncodedArray, none: string, closed: string }} weights
 *   Why there are none, and which layers are too wide for their cells to be opened, in words or "".
 * @property {TargetMap} response
 * @typedef {object} TargetMap What is drawn of the target, and how far and in which colours.
 * @property {number} rows Outputs.
 * @property {number} inputs
 * @property {number} reach The axes go from −reach to reach.
 * @property {number} scale The colours go from −scale to scale.
 * @property {boolean} [probability] Whether outputs come as probabilities: colours go from 0 to 1.
 * @property {?EncodedArray} target A grid for each output; null where a run brings it, or where nobody knows it.
 * @property {?EncodedArray} border Where the target of two inputs is above 0, as bits: the rows of a fine grid from
 *   the lowest up, a byte for eight points and each output from a new byte on. Null where it is not known.
 * @typedef {{ cells: number[], digits: string }} Chip A checkpoint in little.
 * @typedef {object} PlotPlaces Where things lie in a plot, in pixels.
 * @property {number} width Of the picture.
 * @property {number} height
 * @property {(step: number) => number} x
 * @property {(loss: number) => number} y Of a line at a loss.
 * @property {(loss: number) => number} dotY
 * @property {(power: number) => number} level Of a power of ten.
 * @typedef {{ text: string, left: number, top: number, side: "over" | "beside" }} WeightName Of a row or a column, at a
 *   point in shares of the drawing area.
 * @typedef {object} Block The cells of one heat map: M or b of an affine layer.
 * @property {number} layer
 * @property {"M" | "b"} name
 * @property {number} rows
 * @property {number} columns
 * @property {number[]} box Left, top, width and height, as shares of the drawing area.
 * @property {[number, number]} gap Pixels between two cells, across and down.
 * @property {boolean} opens Whether a cell names its weight and opens the editor.
 * @property {boolean} buttons Whether a cell is large enough to be a button.
 * @property {boolean} numbers Whether its number can be read.
 * @typedef {object} Maps The response maps at a step.
 * @property {EncodedArray} output A grid for each output; of a large map it may have more points than the frame's.
 * @property {?EncodedArray} target Where it is not the frame's: that of a plane, or of a grid with more points.
 * @property {UnitMaps[]} units Of each layer of hidden units.
 * @property {?LargeUnit} unit The one that was asked for; null where the network has no such unit.
 * @property {?number[]} share Of the points, the share at which each output has its target's sign; null unless every
 *   target is −1 or 1.
 * @property {number} highest
 * @property {number[]} axes
 * @property {[number, number][]} marks The latest samples, as shares of the axes; none with one input.
 * @property {number[][]} signs Of each of them the sign of every output's target.
 * @property {[number, number][]} [held] Some of the held-out samples, as shares of the axes.
 * @property {?[number, number]} ring What is probed, as shares of the axes.
 * @property {EncodedArray} probed
 * @property {?{ wanted: number[][], missed: number[][] }} facts
 * @property {[string, string][]} says
 * @typedef {object} UnitMaps The small maps of the units of one layer.
 * @property {number} layer Its place in the network, from 0.
 * @property {number} count Of its units.
 * @property {number} shown The first so many are sent.
 * @property {number} scale The colours go from −scale to scale; 0 where every unit gives 0.
 * @property {number[]} silent Those of them that give one number everywhere.
 * @property {EncodedArray} values A byte a point, 24 × 24 a unit from its lowest row up, with one input 48: 0 to 254
 *   are the colours, 127 that of 0, and 255 is not finite.
 * @typedef {object} LargeUnit One hidden unit, as large as the output.
 * @property {number} layer
 * @property {number} index
 * @property {EncodedArray} values On the grid of the output; nan where it is not finite.
 * @property {number} scale Of its layer, as in its small map.
 * @property {string} formula What it computes, in numbers.
 * @property {{ to: string, weight: ?number }[]} out The weights of the dense layer that takes it as it is; null for one
 *   that is not finite.
 * @property {boolean} silent Whether it gives one number everywhere.
 * @typedef {object} Probe One vector through every layer and back.
 * @property {?number} sample Null for an input of the visitor's own.
 * @property {number} step
 * @property {string} alpha
 * @property {{ head: string, says: string, values: EncodedArray, slopes: ?EncodedArray }[]} columns
 * @property {?EncodedArray} target
 * @property {string} [sign] Between output and target: − where the loss is of their difference, × of their product.
 * @property {string} [loss]
 * @property {any[]} [update]
 * @property {string} [says]
 *
 * What the browser remembers, also across a reload (`model/session_codec.js`), so these names are stored:
 * @typedef {object} Run
 * @property {string} key
 * @property {Experiment} experiment
 * @property {RunSummary} summary
 * @property {Ghost} ghost
 * @property {string} label
 * @property {string} change
 * @property {Words} said
 * @property {{ network: string, target: string }} about
 * @property {Run[]} ghosts
 * @typedef {object} Pin A run in the table.
 * @property {string} letter
 * @property {string} [name] What somebody has called it; its letter where nobody has.
 * @property {boolean} on Whether its curve is drawn.
 * @property {Run} run
 * @property {?Thumbnail} [picture] Of its output map at the end, where the page had it.
 * @typedef {object} Thumbnail A byte for each number: 0 to 254 from the lower end of the scale to the upper one, 255
 *   for what is not finite.
 * @property {boolean} curve Whether it is a row of heights, of a network with one input; else it is a square.
 * @property {{ dtype: "u1", bdata: string }[]} maps Of each output, of two at most.
 * @typedef {object} ComparedEnd A pinned run at its end, as the server has trained it once more.
 * @property {string} [none] Why there is nothing more.
 * @property {number} inputs
 * @property {number} outputs
 * @property {?{ output: EncodedArray, highest: number }} map Where the maps of the shown run are drawn; null where that
 *   has other inputs.
 * @property {[number, number][]} shapes Rows and columns of M of each dense layer.
 * @property {EncodedArray} weights
 * @property {string} fingerprint
 * @typedef {object} Lesson
 * @property {?string} key Of a chapter; null for a text that a link brought.
 * @property {?string} row The experiment that the chapter is about.
 * @property {string} title
 * @property {string} prompt
 * @property {[string, string][]} task What to set, in pieces of text; what is to be typed has the mark "type".
 * @property {string} question What to predict. Empty for a text that a link brought, as are task and answer.
 * @property {SweepAxis[]} plan The axes of a sweep that it plans, or none.
 * @property {string} control The selector of what it outlines, or "".
 * @property {string} view The view that it is about, or "".
 * @property {boolean} weights Whether the weights stay in sight under it.
 * @property {string} following The title of the next chapter, or "".
 * @property {string} answer Empty for a text that a link brought.
 * @property {boolean} asks Whether the result of the next run is to be predicted.
 * @property {string} place
 * @property {?string} back
 * @property {?string} next
 *
 * What scripts need from Python (`webapp/page/constants.py`):
 * @typedef {object} Constants
 * @property {KnobConstants} knobs
 * @property {KnobRow[]} knobTable The table of knobs.
 * @property {string[]} runFields The fields of a summary that name a run.
 * @property {number} runHashes How many hashes are taken along a run.
 * @property {LandscapeConstants} landscape
 * @property {SweepConstants} sweeps
 * @property {string} ready What the page tells the window around its frame.
 * @property {{ dots: string, lower: string, zeros: string, line: string, held: string }} traces Names in the
 *   figure of the loss.
 * @property {ShareConstants} share
 * @property {{ key: string }} session where a tab keeps the run that a reload goes on with
 * @property {{ views: string[], key: string }} stage The views of the stage, and where the last one is remembered.
 * @property {number} almostSame Two losses closer than this ratio are called equal.
 * @property {number} widestWeight From here on a weight has three significant digits.
 * @property {number} mostTypedDigits A number of so few significant digits was typed; a computed one has more.
 * @property {number} cardCells Rows and columns of a card's picture, at most.
 * @property {Record<string, string>} spokenFunctions What the page calls functions that files name otherwise.
 * @property {number} largestInput Of an input that is typed.
 * @property {number} mostColumns Inputs, and outputs, of a table of data.
 * @property {number} mostRows Of a table of data.
 * @property {number} mostCharacters Of a table's text.
 * @property {Object<"light" | "dark", [number, string][]>} mapRamps The colour scale of the maps: stops from 0 to 1.
 * @property {Object<"light" | "dark", [number, string][]>} weightRamps That of the weights.
 * @property {Object<"light" | "dark", [number, string][]>} heightRamps That of a landscape, from high losses to low.
 * @property {{ name: string, selector: string, says: string, higher: string }[]} glossary What numbers and controls
 *   are.
 * @property {{ names: string[], does: string }[]} keys The keyboard's shortcuts, each with its effect.
 * @property {{ key: string, title: string }[]} chapters The pages of the story.
 * @property {string} themeKey Where Mantine keeps the theme.
 * @typedef {object} KnobConstants
 * @property {{ numerator: number, shift: number, largest: number }} alpha The mapping of its slider.
 * @property {{ highest: number, digits: number }} samples The mapping of its slider, which begins at 1: its last
 *   number, and how many significant digits its numbers have.
 * @property {{ allFrom: number }} distinct The position on its slider from which on all samples are distinct; below
 *   it the slider is one of samples.
 * @property {{ all: number, together: number }} seeds How many there are, and how many are tried together.
 * @property {string[]} filters
 * @typedef {object} KnobRow
 * @property {string} name Its field in experiments and summaries, and in requests where it is plain.
 * @property {string} title
 * @property {string} label
 * @property {string} link Its name in a link.
 * @property {boolean} plain Whether requests say its value under its name.
 * @property {boolean} grouped Whether it is a count, whose thousands are grouped.
 * @property {any} default Its value where what was stored lacks it.
 * @property {boolean} namesRun
 * @property {[string, string][]} controls The components that turn it, each with its property.
 * @property {?{ low: number, high: number, step: number }} slider
 * @property {?{ title: string, cells: number, values: ?any[] }} axis Of the landscape.
 * @property {?Record<string, string>} options The titles of the values of a choice.
 * @typedef {object} ShareConstants What the dialog that shares a link needs.
 * @property {number} titleLength The most characters of a lesson's title.
 * @property {number} promptLength The most characters of its text.
 * @property {number} qrLength The most characters of a QR code.
 * @property {[string, string][]} parts What a link may hide: its name in links, and its title.
 * @property {boolean} framed Whether other pages may frame this one.
 *
 * @typedef {object} SweepConstants What the dialog of larger maps needs.
 * @property {SweepAxis[]} axes The knobs that a sweep may lie over.
 * @property {string[]} first The axes of a new sweep.
 * @property {string[]} seeds Those of them that are seeds.
 * @property {number} mostAxes
 * @property {string[]} files How the files of numbers end that the server writes.
 * @property {number} mostOfFile Runs of a file.
 * @property {number} mostOfMap Runs of a sweep that the page reads whole.
 * @property {number} mostOfPart Runs that it reads at a time of a larger one.
 * @typedef {object} SweepAxis A knob with the range that it is offered with, or with all words that it may have.
 * @property {string} name
 * @property {string} title
 * @property {boolean} whole Whether its values are whole numbers.
 * @property {number} [from]
 * @property {number} [to]
 * @property {number} [count]
 * @property {boolean} [log] Whether each value is a factor above the one before.
 * @property {string[]} [words]
 *
 * @typedef {object} LandscapeConstants
 * @property {{ first: number, step: number, count: number }} positions Of α on its slider.
 * @property {number} count How many samples or seeds are tried.
 * @property {number} samples Up to so many samples are tried, or as many as the run has where those are more.
 * @property {Object<string, string>} words What a knob is called in the middle of a sentence.
 */

export {};
