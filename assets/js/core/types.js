/**
 * The types at the seams, as JSDoc: what the page sends, what the server answers, and what the browser remembers. A
 * comment alone, so nothing of it is in the bundle.
 * @typedef {import("../lib/arrays.js").EncodedArray} EncodedArray
 * @typedef {import("../lib/arrays.js").Numbers} Numbers
 * @typedef {import("../lib/dom.js").MarkedText} MarkedText
 * @typedef {import("../lib/theme.js").Theme} Theme
 * @typedef {"trained" | "checkpoint" | "difference"} WeightsView
 *
 * A Plotly figure, as far as scripts read one:
 * @typedef {{ data: Trace[], layout: Layout }} Figure
 * @typedef {object} Trace
 * @property {EncodedArray} x
 * @property {EncodedArray} y
 * @property {string} [uid]
 * @property {string} [name]
 * @property {string} [mode]
 * @property {boolean} [visible]
 * @property {Stroke} [line]
 * @property {{ size: number, color: string, opacity?: number, symbol?: string, line?: Stroke }} [marker]
 * @typedef {Omit<Trace, "x" | "y"> & { x?: DrawnNumbers, y: DrawnNumbers }} DrawnTrace A trace as scripts draw it: its
 *   numbers may be decoded, or plain.
 * @typedef {EncodedArray | Numbers | number[]} DrawnNumbers
 * @typedef {{ color: string, width: number, dash?: string }} Stroke
 * @typedef {object} Layout
 * @property {Axis} xaxis
 * @property {Axis} yaxis
 * @property {Margin} margin
 * @property {{ size: number, color: string }} font
 * @property {Shape[]} shapes
 * @property {Annotation[]} annotations
 * @typedef {{ l: number, r: number, t: number, b: number }} Margin
 * @typedef {object} Axis
 * @property {[number, number]} range
 * @property {number[]} tickvals
 * @property {string[]} [ticktext]
 * @property {string} [gridcolor]
 * @property {string} [linecolor]
 * @typedef {object} Shape
 * @property {string} type
 * @property {string} xref
 * @property {string} yref
 * @property {number} x0
 * @property {number} x1
 * @property {number} y0
 * @property {number} y1
 * @property {Stroke} line
 * @property {string} [layer]
 * @property {string} [fillcolor]
 * @property {number} [opacity]
 * @typedef {object} Annotation
 * @property {string} [name]
 * @property {string} text
 * @property {number} x
 * @property {number} y
 * @property {string} xref
 * @property {string} yref
 * @property {string} xanchor
 * @property {string} yanchor
 * @property {number} [xshift]
 * @property {number} [yshift]
 * @property {{ size: number, color: string }} font
 *
 * The parts of a request:
 * @typedef {number | string | boolean | null} KnobValue
 * @typedef {object} KnobValues The plain knobs, as the engine computes with them.
 * @property {number} alpha
 * @property {number} samples
 * @property {number} seed
 * @property {string} filter
 * @property {number} noise
 * @property {?number} distinct
 * @property {number} held_out
 * @property {string} scaling
 * @property {string} split
 * @property {number} test
 * @property {string} without
 * @property {number} batch
 * @property {number} momentum
 * @property {boolean} nesterov
 * @property {string} optimizer
 * @property {number} decay
 * @property {string} rate
 * @property {string} loss
 * @typedef {{ [Name in keyof KnobValues]: KnobValues[Name] | string | { position: number } }} Knobs The values of the
 *   plain knobs, by their names: numbers, a slider's position, or text as it was typed.
 * @typedef {object} ExperimentParts The parts of an experiment beside its knobs.
 * @property {LayerSpec[]} layers
 * @property {InitialWeights} weights
 * @property {string | Table | NamedTable} inputs The name of a way to draw inputs, or a table of data.
 * @property {string | string[]} ideal The name of a target, or its formulas.
 * @typedef {KnobValues & ExperimentParts} Experiment Everything that a run depends on, as the engine writes it.
 * @typedef {object} AffinitySpec
 * @property {"affinity"} kind
 * @property {number} inputs
 * @property {number} outputs
 * @property {boolean | number[]} frozen
 * @property {boolean} left_multiplied
 * @property {number} [draw]
 * @property {[number, number]} [first_shape]
 * @typedef {AffinitySpec | { kind: "map", function: string } | { kind: "identity" }} LayerSpec
 * @typedef {{ kind: "drawn", seed: number, scheme: string }} DrawnWeights
 * @typedef {DrawnWeights | { kind: "given", values: [number[][], number[]][] }} InitialWeights
 * @typedef {{ kind: "table", inputs: number[][], targets: number[][], shuffled: boolean, classes?: string[] }} Table
 * @typedef {{ kind: "table", name: string, shuffled?: boolean }} NamedTable One whose rows the server has.
 * @typedef {object} RunRequest One request for a run.
 * @property {number} [serial] Greater than those of all requests before; the queue adds it.
 * @property {string} tab
 * @property {"turn" | "choose" | "open" | "randomize" | "keep" | "edit" | "change" | "point"} act
 * @property {string} key The experiment in the catalogue.
 * @property {Knobs} knobs
 * @property {?Experiment} experiment The experiment to open.
 * @property {?(WeightCell & { text: string })} cell The weight to edit.
 * @property {?{ do: string, at: number, value: unknown }} change A row of the server's table of changes, a layer, a
 *   value.
 * @property {?RunSummary} before The run that the new one is compared with.
 * @property {string} back_to The fingerprint of an earlier run that is gone back to, or "".
 * @property {?{ before: Experiment, at: [number, number] }} point A point of the plane of the run before and this one,
 *   whose weights are to be the starting weights.
 * @property {View} view
 * @typedef {{ layer: number, name: "M" | "b", row: number, column: number }} WeightCell A weight of a dense layer.
 * @typedef {object} ViewFrame The wanted form of a response, but for its maps.
 * @property {Theme} theme
 * @property {?[number, number]} limits The axis that stays, as powers of ten.
 * @property {boolean} maps Whether maps and probe are due.
 * @property {string} frame The name of the frame that the page has.
 * @typedef {ViewFrame & MapOptions} View
 * @typedef {object} MapOptions The maps and the probe that are wanted.
 * @property {number[]} axes The two inputs that the maps are drawn over.
 * @property {?number} step The step of the cursor; null is the end.
 * @property {?number[]} own An input that is probed in place of the samples.
 * @property {?[number, number]} [unit] The unit that is shown like an output: its layer, and its place there.
 * @property {?{ set: AnswerSet, cell: ?[number, number], row: ?number, along: ?number, output: number }} [answers] The
 *   answers that are wanted.
 * @property {?number[]} [through] The rows that the plane of the maps goes through, none for the first ones; null for
 *   maps over two inputs.
 * @property {boolean} [large] Whether the maps are drawn large, and may have more points.
 * @property {?number} [opened] The layer whose small maps are all wanted; null for the first of each.
 * @property {boolean} [held] Whether a knob is held, or the line is slow: then a map has a byte a point.
 *
 * The server's responses:
 * @typedef {object} RunResponse The response to a request: a run, or why there is none.
 * @property {number} serial
 * @property {string} act
 * @property {Refusal} [refused] A typed value that is none.
 * @property {boolean} [lost] The server has no checkpoint of this tab.
 * @property {boolean} [dropped] A newer request has taken its place.
 * @property {string} [note]
 * @property {string} key
 * @property {Experiment} experiment Whole, or only its knobs where the page knows the rest.
 * @property {Controls} controls
 * @property {RunSummary} summary
 * @property {boolean} failed Whether a cause of its failure is looked for.
 * @property {string} along Hashes over the losses before each part of the steps.
 * @property {{ name: string, asked: object, reply: object }[]} [known] Answers to side questions that come with the
 *   response to an opened link, since others have asked them before.
 * @property {ChangeLuck} [luck] The luck in the change, once it is known (`model/luck.js`).
 * @property {string} [contrary] The effect in most other data seeds, where that is the contrary.
 * @property {Words} said
 * @property {[number, number]} limits The ends of the loss axis, as powers of ten.
 * @property {Ends} ends
 * @property {Figure} loss
 * @property {Ghost} ghost
 * @property {Place} place
 * @property {WeightsFigure} weights At the cursor.
 * @property {?Maps} response
 * @property {?Probe} probe
 * @property {Answers} [answers]
 * @property {Frame} frame
 * @property {[number, number, number, number]} [rows] How many rows of a table are to be learned, held out and kept for
 *   the test, and how many of the first come and are not left out.
 * @property {{ final: string, loss: ?number, says: string }} [held] The loss of held-out samples after the last step,
 *   as a number where its line is drawn, and which samples they are.
 * @property {number[]} [rates] The rate's factor along the run, where it is not constant by default.
 * @typedef {{ field: string, sentence: string }} Refusal
 * @typedef {object} Ends The lower end of the loss axis, as powers of ten.
 * @property {number} low The end itself: that of the limits, or where there are zeros, of the row of zeros under it.
 * @property {number} below The height of a line that lies below the axis.
 * @property {number} zero The height at which a loss of 0 is drawn.
 * @typedef {{ [Name in keyof KnobValues]: KnobValues[Name] | string } & { position: number, ideal: string,
 *   inputs: string }} Controls The values that the knobs show; `position` is that of α on its slider.
 * @typedef {KnobValues & SummaryParts} RunSummary A run as later sentences need it. It has no knobs that do not name
 *   the run.
 * @typedef {object} SummaryParts
 * @property {string} ideal
 * @property {string} inputs
 * @property {string} title
 * @property {string} [name] Its title on the page, which may be Own data; of an earlier version, none.
 * @property {string} network
 * @property {string} checkpoint
 * @property {?number} settled The final loss; null where the run diverged.
 * @property {?number} first
 * @property {?number} diverged_at
 * @property {string} fingerprint
 * @property {string} data The name of its inputs and its targets; "" where nobody has looked at them.
 * @property {string} layers The name of its layers alone; "" in a summary of an earlier version.
 * @property {?number} held_out_loss Of its held-out samples after the last step, where a sentence may say it.
 * @property {?number} held_out_score Rows of a table among them that are right, or their mean error; likewise.
 * @property {?number} constant The loss of the best constant answer; null where nobody has looked.
 * @property {?number} halved_at The step at which the smoothed loss is half of that; null where there is none.
 * @typedef {object} Judged The sentences about a change: beyond the luck of both runs, within that of this run, within
 *   that of the run before.
 * @property {MarkedText} beyond
 * @property {MarkedText} within
 * @property {MarkedText} within_before
 * @property {MarkedText} opening
 * @property {MarkedText} more The end of each.
 * @property {string} noun "turn" or "change"; "" where the change is too small to be made under other data seeds.
 * @typedef {object} Words The page's words about a run.
 * @property {MarkedText} sentence
 * @property {string} proof
 * @property {boolean} [compares] Whether the sentence compares the run with the one before.
 * @property {?Judged} [judged] Null where no change is claimed.
 * @property {string} label The run's name as a ghost.
 * @property {string} change The change that undo takes back.
 * @property {string} max
 * @property {string} last
 * @property {string} potential
 * @property {Record<"max" | "last" | "potential", ?number>} [exact] Their numbers, null for what is not finite.
 * @property {string} aria
 * @property {[name: string, text: string][]} [scores] Of the rows of a table, at the end: learned, then held out.
 * @typedef {{ step: number, last: number, sample: number, loss: ?number }} Place The position of the cursor.
 * @typedef {object} Ghost A run's low-pass line, to be drawn when a later run takes its place.
 * @property {EncodedArray} x Not sent where it is the line of the figure, as y, or where the steps are 0, 1, 2, …
 * @property {EncodedArray} y
 * @property {?number} end
 * @property {?number} settled
 * @property {number} samples
 * @typedef {object} Frame The parts that stay while a knob is turned; only its name where the page has it.
 * @property {string} name
 * @property {string} group
 * @property {boolean} [own_data] Whether its samples are a table that the listed experiment does not have.
 * @property {boolean} edited Whether its network, target or inputs are others now
 * @property {string} hint
 * @property {{ text: string, state: string, says: string }} badge
 * @property {{ value: string, label: string }[]} ideals
 * @property {{ value: string, label: string }[]} inputs
 * @property {{ formulas: string[], editable: boolean, most: number }} target
 * @property {{ layers: LayerCard[], widths: number[], chip: Chip, editable: boolean, functions: string[] }} strip
 * @property {string} no_preview Why there are no previews, where there are none.
 * @property {{ seed: ?number, scheme: string, says: string }} drawn The draw of the first weights.
 * @property {FrameWeights} weights
 * @property {TargetMap} response
 * @property {Ports} [ports] The names that a table has given.
 * @property {{ classes: boolean, first: boolean }} [answers] Of a table: whether its answers are classes, and whether
 *   they are shown before maps.
 * @property {Picture} [picture] The picture that the inputs make, if they make one.
 * @typedef {{ rows: number, columns: number, cells: number[] }} Picture `cells`: the input that each pixel is, row by
 *   row from the upper left.
 * @typedef {{ rows: number[], pixels: EncodedArray }} RowPictures Rows, from 1, with a byte for each pixel.
 * @typedef {object} Ports
 * @property {string[]} inputs
 * @property {string[]} outputs Of classes, their names.
 * @property {string[]} units Of each input, or "".
 * @property {string} unit Of all outputs, or "".
 * @property {string} answer The name of the column of the classes, or "".
 * @property {[number[], number[]]} [years] The inputs and the outputs of which all numbers are years.
 * @typedef {{ cells: Block[], names: WeightName[], checkpoint: EncodedArray, none: string, closed: string }}
 *   FrameWeights `none` says why there are no weights, `closed` which layers are too wide for open cells; or "".
 * @typedef {{ kind: "identity", name: string } | { kind: "yours", name: string }} OtherCard
 * @typedef {DenseCard | ActivationCard | OtherCard} LayerCard
 * @typedef {object} DenseCard
 * @property {"affinity"} kind
 * @property {number} inputs
 * @property {number} outputs
 * @property {number[][]} cells Rows of M beside b, as shares of the scale of colours.
 * @property {"all" | "some" | ""} frozen
 * @property {number[]} places Of the frozen numbers, M row by row and then b.
 * @property {?BugSwitch} switch
 * @typedef {object} ActivationCard
 * @property {"map"} kind
 * @property {string} name
 * @property {boolean} own Whether it is a formula.
 * @property {boolean} flat Whether its derivative is 0 everywhere.
 * @property {?BugSwitch} switch
 * @typedef {{ do: "left" | "half", on: boolean }} BugSwitch Between the correct layer and one of the classic bugs.
 * @typedef {object} TargetMap The map of the target, with the ranges of its axes and its colours.
 * @property {number} rows Outputs.
 * @property {number} inputs
 * @property {number} reach The axes go from −reach to reach.
 * @property {number} scale The colours go from −scale to scale.
 * @property {boolean} [probability] Whether outputs come as probabilities: colours go from 0 to 1.
 * @property {boolean} [scaled] Whether outputs are numbers of a table that was scaled.
 * @property {?EncodedArray} target A grid for each output; null where a run brings it, or where nobody knows it.
 * @property {?EncodedArray} border The points at which the target of two inputs is above 0, as bits: the rows of a fine
 *   grid from the lowest up, a byte for eight points and each output from a new byte on. Null where it is not known.
 * @typedef {{ cells: number[], digits: string }} Chip A checkpoint in little.
 * @typedef {object} PlotPlaces Positions in a plot, in pixels.
 * @property {number} width Of the picture.
 * @property {number} height
 * @property {(step: number) => number} x
 * @property {(loss: number) => number} y Of a line at a loss.
 * @property {(loss: number) => number} dotY
 * @property {(power: number) => number} level Of a power of ten.
 * @typedef {{ data: HeatMap[], layout: WeightsLayout }} WeightsFigure A heat map for each block, M and b of each layer.
 * @typedef {{ z: EncodedArray, x: string[], y: string[], xaxis: string, yaxis: string, hovertemplate: string }} HeatMap
 * @typedef {{ coloraxis: { cmin: number, cmax: number } } & Record<string, object>} WeightsLayout
 * @typedef {{ text: string, left: number, top: number, side: "over" | "beside", width?: number }} WeightName Of a row
 *   or a column, at a point in shares of the drawing area; a long one is broken at a width.
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
 * @property {boolean} large Whether they were asked for in their full size.
 * @property {UnitMaps[]} units Of each layer of hidden units.
 * @property {?LargeUnit} unit The one that was asked for; null where the network has no such unit.
 * @property {?number[]} share Of the points, the share at which each output has its target's sign; null unless every
 *   target is −1 or 1.
 * @property {number} highest
 * @property {number[]} axes
 * @property {[number, number][]} [spans] The ends of both axes where each input has its own.
 * @property {[number, number][]} [ends] These ends in the numbers of the table, before they were scaled.
 * @property {number[][]} marks The latest samples, as shares of both axes. With one input, where the target is known at
 *   samples only: the share of the way across, and the target of each output.
 * @property {number[][]} signs Of each of them the sign of every output's target.
 * @property {number[][]} [held] Some of the held-out samples, likewise.
 * @property {?[number, number]} ring The probed input, as shares of the axes.
 * @property {EncodedArray} probed
 * @property {?{ wanted: number[][], missed: number[][] }} facts
 * @property {MarkedText} says
 * @property {[inputs: ?ColumnScale, outputs: ?ColumnScale]} [scales] Of a table whose numbers are scaled.
 * @property {RowPlane | { none: string }} [plane] The plane that the maps are over, or why there is none.
 * @property {EncodedArray} [opacity] How near learned rows are on a grid of its own, up to 255.
 * @typedef {[offset: number[], size: number[]]} ColumnScale Of each column: what the network takes, times the size, and
 *   the offset is the number of the table.
 * @typedef {object} RowPlane A plane through three rows of a table.
 * @property {number[]} through These rows, from 1.
 * @property {[number, number][]} corners Their places, as shares of the way across and up.
 * @property {EncodedArray} vectors Its origin and its two axes, as the network takes them.
 * @property {[number, number]} low The coordinates of the lower left corner.
 * @property {number} side The length of the sides.
 * @property {boolean} standard Whether one unit is one standard deviation.
 * @property {NearRows} near
 * @typedef {object} NearRows The rows near a plane.
 * @property {number} count
 * @property {EncodedArray} rows The nearest of them, in order.
 * @property {EncodedArray} at Their places.
 * @property {EncodedArray} targets Their classes or scaled targets.
 * @property {EncodedArray} pale Their distances, up to 255.
 * @typedef {"learned" | "held-out"} AnswerSet
 * @typedef {object} Answers The answers to the rows of a table at a step.
 * @property {string} [none] Why there are none; then there is nothing else.
 * @property {AnswerSet} set The rows that are shown.
 * @property {Partial<Record<AnswerSet, SetScore>>} sets
 * @property {?RowNote} row
 * @property {?CellRows} [cell] Of classes, the cell that is opened.
 * @property {Partial<Record<AnswerSet, { rows: EncodedArray, true: EncodedArray, said: EncodedArray }>>} [points] Of
 *   numbers: some rows of each set.
 * @property {[row: number, truth: number, said: ?number][]} [far] The rows that are farthest off.
 * @property {?RowLines} [lines]
 * @property {RowPictures} [pictures] Of the rows that are listed.
 * @typedef {object} RowLines Rows with their answers along one input, all else their own.
 * @property {number} along
 * @property {number} output
 * @property {[number, number]} ends Of the input, as the table has it.
 * @property {boolean} chosen Whether the first of them is the row that is looked at.
 * @property {EncodedArray} rows
 * @property {number[]} classes
 * @property {EncodedArray} own The input of each row.
 * @property {EncodedArray} said
 * @property {EncodedArray} curves The same number of points for each.
 * @property {EncodedArray} opacity Of each point, up to 255.
 * @typedef {object} SetScore
 * @property {number} rows
 * @property {number} [right]
 * @property {number[][]} [confusion] A row for each class, a column for each answer.
 * @property {?string} [r2]
 * @property {string} [error]
 * @property {string} one The score of one answer for all.
 * @typedef {object} CellRows
 * @property {[number, number]} at
 * @property {number} count
 * @property {[row: number, share: ?number][]} rows Some of them, each with its output for the answer.
 * @property {number} right Of that class, answered right.
 * @property {[row: number, share: ?number][]} unsure Some of these.
 * @typedef {object} RowNote
 * @property {number} number From 1.
 * @property {AnswerSet | "left-out"} set
 * @property {string[]} inputs
 * @property {EncodedArray} x As the network takes them.
 * @property {(?number)[]} said
 * @property {number | number[]} true The place of its class, or its targets.
 * @typedef {object} UnitMaps The small maps of the units of one layer.
 * @property {number} layer Its place in the network, from 0.
 * @property {number} count The number of its units.
 * @property {number} shown The number of its units that are sent, from the first on.
 * @property {number} scale The colours go from −scale to scale; 0 where every unit gives 0.
 * @property {number[]} silent Those of them that give one number everywhere.
 * @property {EncodedArray} values A byte a point, 24 × 24 a unit from its lowest row up, with one input 48: 0 to 254
 *   are the colours, 127 that of 0, and 255 is not finite.
 * @typedef {object} LargeUnit One hidden unit, as large as the output.
 * @property {number} layer
 * @property {number} index
 * @property {EncodedArray} values On the grid of the output; nan where it is not finite.
 * @property {number} scale Of its layer, as in its small map.
 * @property {string} formula Its formula, in numbers.
 * @property {{ to: string, weight: ?number }[]} out The weights of the dense layer that takes it as it is; null for one
 *   that is not finite.
 * @property {boolean} silent Whether it gives one number everywhere.
 * @property {{ rows: number[], pictures: RowPictures }} [most] The rows that it answers most to, the highest first.
 * @typedef {object} Probe One vector through every layer and back.
 * @property {?number} sample Null for an input of the visitor's own.
 * @property {number} step
 * @property {string} alpha
 * @property {{ head: string, says: string, values: EncodedArray, slopes: ?EncodedArray }[]} columns
 * @property {?EncodedArray} target
 * @property {string} [sign] Between output and target: − where the loss is of their difference, × of their product.
 * @property {string} [loss]
 * @property {LayerUpdate[]} [update]
 * @property {string} says
 * @typedef {object} LayerUpdate Of a dense layer: M row by row and then b.
 * @property {string} name
 * @property {number} rows
 * @property {number} columns
 * @property {EncodedArray} before
 * @property {EncodedArray} slopes
 * @property {EncodedArray} after
 * @property {number[]} frozen
 * @property {(string | { words: string, values: EncodedArray })[]} [equation] Where a step is more than α times a
 *   gradient.
 *
 * Replies to side questions (`webapp/analyses`), which `requestAnalysis` knows by their names:
 * @typedef {object} Analyses
 * @property {{ query: string }} address
 * @property {ComparedEnd} compare
 * @property {{ line: ?Ghost }} curve_preview
 * @property {{ file: string, name: string, type: string }} export
 * @property {{ cause: ?Cause }} failure
 * @property {FloorReply} floor
 * @property {{ heights: ?EncodedArray, points: number, samples: number }} heights
 * @property {LandscapeReply} landscape
 * @property {{ file: string }} landscape_file
 * @property {LearningRates} lr_range
 * @property {ChangeLuck} luck
 * @property {ChangeLuck} more_luck
 * @property {BandReply} percentile_band
 * @property {{ settled: (?number)[], none?: number[] }} seed_spread Under the seeds `none` there is no run.
 * @property {SensitivityReply} sensitivity
 * @property {ScoreReply} score_curve
 * @property {{ seconds?: number, of?: number, more?: boolean, decided?: DecidedReply }} when_decided Only its seconds,
 *   and for how many runs, where these are more than may pass without asking; `more` while the page may ask for more.
 * @property {{ seconds?: number, of?: number, more?: boolean, none?: string, which?: WhichReply }} which_sample
 *   Likewise; `none` says why no sample can be left out.
 * @property {{ test?: ?string, held_out?: ?string, none?: string }} look Scores in words, or why there are none.
 * @property {{ sharpest: ?number, raises: ?number, mean: ?number, next: ?number, samples: number }} stability
 * @property {StepReply | Unfinished} step
 * @property {object} surface As `surface/run_pair.js` reads it.
 * @property {TrajectoryReply | Unfinished} trajectory
 * @property {TwinsReply} twins
 * @property {ZoomReply} zoom
 * @property {{ says: string }} zoom_border
 * @typedef {object} ZoomReply Lines of a picture, or `none`, why there is none.
 * @property {string} [none]
 * @property {number} pixels Of a side.
 * @property {string} across The knob of which a line has one value.
 * @property {Record<string, number[]>} values
 * @property {EncodedArray} numbers A final loss a run, or −10 less the steps before it diverged.
 * @property {number} rest Seconds until this browser has the runs for the next fine lines.
 * @property {string} says
 * @typedef {{ done: number }} Unfinished The number of recorded steps; the page asks again.
 * @typedef {{ place: Place, weights: EncodedArray, response: Maps, probe: Probe, answers?: Answers }} StepReply
 * @typedef {object} TrajectoryReply
 * @property {number} every
 * @property {number} last
 * @property {number} width The number of weights of a step.
 * @property {number} scale The greatest weight.
 * @property {EncodedArray} losses
 * @property {EncodedArray} weights
 * @typedef {object} Cause Why a run failed.
 * @property {string} reason
 * @property {?number} step The step that shows it first; null where it belongs to none.
 * @property {string} sentence
 * @property {Remedy[]} remedies
 * @property {?{ steps: EncodedArray, losses: EncodedArray }} worse The steps that raised their own sample's loss.
 * @typedef {{ text: string, turn: ?Partial<Knobs>, change: ?[string, number, unknown] }} Remedy The text of a button,
 *   and the knob that it turns or the change that it makes.
 * @typedef {object} FloorReply
 * @property {number} pieces The number of fits.
 * @property {?Floor} floor
 * @property {?Cause} cause
 * @property {string} [none] Why nothing is searched for.
 * @property {?number} loss Of the fit that was asked for.
 * @typedef {object} Floor
 * @property {?number} loss
 * @property {?number} ceiling
 * @property {boolean} exact
 * @property {?number} learned
 * @property {string} measured_on
 * @property {number} final_samples
 * @property {string} sentence
 * @property {string} details
 * @property {string} below
 * @property {string} confidence
 * @property {?InitialWeights} weights
 * @typedef {object} LandscapeReply
 * @property {Record<string, KnobValue[]>} values
 * @property {number} lines The number of lines that have come, of those that were asked for.
 * @property {number} along The number of cells of each.
 * @property {string} says
 * @property {EncodedArray} settled
 * @property {EncodedArray} last
 * @property {EncodedArray} diverged
 * @property {EncodedArray} steps
 * @property {EncodedArray} [learned]
 * @property {EncodedArray} [held_out]
 * @typedef {"learns" | "luck" | "diverges" | "grows" | "flat"} Outcome
 * @typedef {object} LearningRates
 * @property {number[]} positions
 * @property {(?number)[]} settled
 * @property {(?Outcome)[]} outcomes
 * @property {?("start" | "constant" | "either")} toBeat The loss that a flat run does not end below.
 * @property {number} count
 * @property {?number} next
 * @typedef {object} ChangeLuck
 * @property {string} [none] Why nothing is said.
 * @property {RunLuck} [now]
 * @property {?RunLuck} before
 * @property {boolean} [more] Whether more twins may change the verdict.
 * @property {?("effect" | "luck" | "untold")} verdict Null where no change is claimed.
 * @property {boolean} of_before Whether the ends of the run before lie further apart.
 * @property {?MarkedText} rest The sentence after its opening, where the medians of nudged runs say the effect.
 * @property {string} proof
 * @property {string} elsewhere
 * @typedef {object} RunLuck The effect of nudges of a run's first weights.
 * @property {(?number)[]} ends Final losses: of the run, then of each twin; null where one diverges.
 * @property {?number} growth Null where it is infinite.
 * @typedef {object} BandReply Without steps where its runs would take too long.
 * @property {?EncodedArray} steps
 * @property {EncodedArray} low
 * @property {EncodedArray} middle
 * @property {EncodedArray} high
 * @property {number} most
 * @typedef {object} SensitivityReply
 * @property {number} strips
 * @property {string} title
 * @property {number} count
 * @property {(?SensitivityCell)[]} cells
 * @typedef {object} SensitivityCell
 * @property {string} says
 * @property {?number} settled
 * @property {?number} held_out The loss of held-out samples after the run; null where there are none.
 * @property {?(Partial<Knobs> & { change?: [string, unknown] })} turn
 * @property {boolean} now
 * @typedef {object} DecidedReply
 * @property {number[]} places
 * @property {(?number)[]} moved
 * @property {?(?number)[]} moved_data
 * @property {?number} step
 * @property {string} sentence
 * @typedef {object} WhichReply The runs without one row or distinct sample each; null is a number that is not finite.
 * @property {number[]} rows
 * @property {number[]} turns
 * @property {(?number)[]} effect
 * @property {(?number)[]} own
 * @property {(?number)[]} own_without
 * @property {boolean[]} luck
 * @property {(?number)[]} diverges_at
 * @property {?number} did_most
 * @property {?number} stands_out
 * @property {string} sentence
 * @property {?[number, number][]} inputs Of a network with two inputs.
 * @property {string[]} targets In words.
 * @property {(?number)[]} [answers] Of classes the other one that the run without it answers, from 0; null for none.
 * @property {(?number)[]} doubles The first other row with the same numbers.
 * @typedef {object} ScoreReply Only `none`, a sentence, where the run would take too long or no rows have scores.
 * @property {"accuracy" | "r2"} [measure]
 * @property {EncodedArray} [steps]
 * @property {?EncodedArray} [learned]
 * @property {?EncodedArray} [held_out]
 * @property {number} [constant]
 * @property {string} [none]
 * @typedef {object} TwinsReply Without steps where twins would take too long.
 * @property {?EncodedArray} steps
 * @property {number} twins
 * @property {EncodedArray} curves
 * @property {?number} apart The first step at which they are apart.
 *
 * The browser's memory, also across a reload (`model/session_codec.js`), so these names are stored:
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
 * @property {string} [name] The name that somebody has typed; else its letter names it.
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
 * @property {?{ output: EncodedArray, highest: number }} map The output at the points of the shown run's maps; null
 *   where that has other inputs.
 * @property {[number, number][]} shapes Rows and columns of M of each dense layer.
 * @property {EncodedArray} weights
 * @property {string} fingerprint
 * @typedef {object} OpenedLink The server's reply about a link.
 * @property {string} key
 * @property {Experiment} experiment
 * @property {string} said
 * @property {?LinkedRun} run
 * @property {?Lesson} lesson
 * @typedef {{ fingerprint: string, along: string }} LinkedRun The run that a link names.
 * @typedef {object} Lesson
 * @property {?string} key Of a chapter; null for a text that a link brought.
 * @property {?string} row The experiment that the chapter is about.
 * @property {string} title
 * @property {string} prompt
 * @property {MarkedText} task The changes to make, in pieces of text; text to be typed has the mark "type".
 * @property {string} question The question to predict. Empty for a text that a link brought, as are task and answer.
 * @property {SweepAxis[]} plan The axes of a sweep that it plans, or none.
 * @property {string} control The selector of the control that it outlines, or "".
 * @property {string} view The view that it is about, or "".
 * @property {string} answer Empty for a text that a link brought.
 * @property {boolean} asks Whether the result of the next run is to be predicted.
 * @property {string} place
 * @property {?string} back
 * @property {?string} next
 *
 * The constants from Python (`webapp/page/constants.py`):
 * @typedef {object} Constants
 * @property {KnobConstants} knobs
 * @property {KnobRow[]} knobTable The table of knobs.
 * @property {Record<string, string[]>} folds The knobs of each fold, in the order in which it shows them.
 * @property {string[]} runFields The fields of a summary that name a run.
 * @property {number} runHashes The number of hashes along a run.
 * @property {LandscapeConstants} landscape
 * @property {SweepAxis[]} axes The axes of both maps.
 * @property {SweepConstants} sweeps
 * @property {string} ready The page's message to the window around its frame.
 * @property {Record<string, string | boolean>} graphConfig The settings of every Plotly graph.
 * @property {{ dots: string, lower: string, zeros: string, line: string, held: string }} traces Names in the
 *   figure of the loss.
 * @property {ShareConstants} share
 * @property {boolean} classes Whether a class can be opened here.
 * @property {number} mostSpoken The most classes whose names stand in full beside a matrix.
 * @property {number} coarseGrid The points along each axis that maps of every size have.
 * @property {number} twins The twins of a run that is compared with none.
 * @property {string} askedNext The words with which the next run is to be predicted.
 * @property {{ key: string }} session The storage key of the run that a reload goes on with.
 * @property {{ views: ViewRow[], key: string }} stage The views of the stage, and the storage key of the last one.
 * @property {number} almostSame Two losses closer than this ratio are called equal.
 * @property {number} widestWeight The size from which on a weight has three significant digits.
 * @property {number} columnPowersFrom The power of ten from which on numbers of a table are written with one.
 * @property {number} mostTypedDigits The most significant digits of a typed number; a computed one has more.
 * @property {number} readBackDigits The most significant digits of a number of a scaled table.
 * @property {number} lastBits The share of its size by which it may be off.
 * @property {number} cardCells Rows and columns of a card's picture, at most.
 * @property {string[]} risingActivations Activations whose value never falls where what they take grows.
 * @property {Record<string, string>} spokenFunctions The page's names of functions that files name otherwise.
 * @property {{ inputs: number, outputs: number }} mostColumns Of a table of data.
 * @property {number} mostRows Of a table of data.
 * @property {[input: string, answer: string, classes: string, leftOut: string]} columnRoles The roles of its columns.
 * @property {number} mostCharacters Of a table's text.
 * @property {Record<Theme, Ramp>} mapRamps The colour scale of the maps.
 * @property {Record<Theme, Ramp>} weightRamps That of the weights.
 * @property {Record<Theme, Ramp>} heightRamps That of a landscape, from high losses to low.
 * @property {{ name: string, selector: string, says: string, higher: string }[]} glossary The meanings of numbers and
 *   controls.
 * @property {{ names: string[], does: string }[]} keys The keyboard's shortcuts, each with its effect.
 * @property {Record<string, [key: string, title: string][]>} story Its pages, by the titles of its parts.
 * @property {string} themeKey The key under which Mantine stores the theme.
 * @typedef {object} ViewRow
 * @property {string} name
 * @property {string[]} small The views that stand small beside it.
 * @property {boolean} lasting Whether it has a tab at any time, a link may say it, and the browser remembers it.
 * @property {boolean} framed Whether a frame of another page has room for it.
 * @property {string} part The part of the page that it is, by its name in links that hide it, or "".
 * @property {boolean} large_maps Whether responses have the maps in their full size while it is on the stage.
 * @typedef {string[]} Ramp Colours, equally far apart.
 * @typedef {object} KnobConstants
 * @property {{ numerator: number, shift: number, largest: number }} alpha The mapping of its slider.
 * @property {{ highest: number, digits: number }} samples The mapping of its slider, which begins at 1: its last
 *   number, and how many significant digits its numbers have.
 * @property {{ allFrom: number }} distinct The position on its slider from which on all samples are distinct; below
 *   it the slider is one of samples.
 * @property {{ all: number, together: number }} seeds The number of seeds, and of those that are tried together.
 * @property {string[]} filters
 * @typedef {object} KnobRow
 * @property {string} name Its field in experiments and summaries, and in requests where it is plain.
 * @property {string} title
 * @property {string} label
 * @property {string} link Its name in a link.
 * @property {boolean} plain Whether requests say its value under its name.
 * @property {boolean} grouped Whether it is a count, whose thousands are grouped.
 * @property {KnobValue} default Its value where what was stored lacks it.
 * @property {boolean} namesRun
 * @property {[string, string][]} controls The components that turn it, each with its property.
 * @property {?Slider} slider
 * @property {?Record<string, string>} options The titles of the values of a choice.
 * @property {string} words Its words in the heading of its fold, with a hole for its value or that title.
 * @property {string} needs The knob without which it changes nothing; empty if there is none.
 * @typedef {{ low: number, high: number, step: number }} Slider The scale of a slider.
 * @typedef {object} ShareConstants The constants of the dialog that shares a link.
 * @property {number} titleLength The most characters of a lesson's title.
 * @property {number} promptLength The most characters of its text.
 * @property {number} qrLength The most characters of a QR code.
 * @property {[string, string][]} parts The parts that a link may hide: the name in links and the title of each.
 * @property {[string, string][]} singleKnobs The knobs that a link may leave as the only one, likewise.
 * @property {boolean} framed Whether other pages may frame this one.
 *
 * @typedef {object} SweepConstants The constants of the dialog of larger maps.
 * @property {string[]} first The axes of a new sweep.
 * @property {number} mostAxes
 * @property {string[]} files The endings of the files of numbers that the server writes.
 * @property {number} mostOfFile Runs of a file.
 * @property {number} mostOfMap Runs of a sweep that the page reads whole.
 * @property {number} mostOfPart Runs that it reads at a time of a larger one.
 * @typedef {object} AxisRow An axis of both maps.
 * @property {string} name
 * @property {string} title Its name in the middle of a sentence.
 * @property {string} unit The unit that a picture writes beside its title, or "".
 * @property {boolean} seed Whether runs along it differ by luck alone.
 * @property {boolean} whole Whether its values are whole numbers.
 * @property {?number[]} ends The least and the greatest value of a knob that takes any number.
 * @property {?number} cells The number of its values on the landscape.
 * @property {?KnobValue[]} values These, where they are always the same.
 * @property {number[]} marks Some values, to be marked where they go up by a scale of their own.
 * @typedef {AxisRow & AxisRange} SweepAxis An axis as a sweep is offered it.
 * @typedef {object} AxisRange A range of numbers, or all words that an axis may have.
 * @property {number} [from]
 * @property {number} [to]
 * @property {number} [count]
 * @property {boolean} [log] Whether each value is a factor above the one before.
 * @property {string[]} [words]
 *
 * @typedef {object} LandscapeConstants
 * @property {{ first: number, step: number, count: number }} positions Of α on its slider.
 * @property {number} count The number of samples or seeds that are tried.
 * @property {number} samples The most samples that are tried, or the run's own number where that is larger.
 */

export {};
