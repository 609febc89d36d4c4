/**
 * The types of a cube of losses, its views and its pictures, as JSDoc. A comment alone, so nothing of it is in the
 * bundle.
 * @typedef {number | string | boolean | null} AxisValue A value of a knob; null is "all".
 * @typedef {[axis: string, values: AxisValue[]][]} Axes The axes of a sweep; the last one is numbered quickest.
 * @typedef {number[]} Ends From, and the end after the last.
 * @typedef {{ x: Ends, y: Ends }} Range The places of both axes of a view that are seen.
 * @typedef {Record<string, number>} Places On some axes the number of a value, from 0.
 * @typedef {number[]} Size Columns and rows of a grid.
 * @typedef {object} View
 * @property {string} x The axis across.
 * @property {string} y The axis up; "" where the loss goes up.
 * @property {Record<string, ?number>} at The place at which each other axis is held; null for all of its values.
 * @property {string} measure
 * @typedef {object} Layout The numbering of the runs of a sweep.
 * @property {string[]} names Its axes, in the order of all names.
 * @property {string[]} numbered Its axes, the last one quickest.
 * @property {Record<string, AxisValue[]>} values
 * @property {Record<string, number>} strides
 * @property {number} size
 * @property {?Scored} [scored] Where the numbers of its runs are how far scores are below 1, and not losses.
 * @typedef {Record<string, number[]>} Part The places of each axis that are read: from, to, every.
 * @typedef {object} CubeFields
 * @property {Layout} whole The whole sweep.
 * @property {?Part} part The runs of it that these are; null for all of them.
 * @property {number} upTo The number of pieces of which the runs of a part were read.
 * @property {number} made
 * @property {number} lost The number of runs that diverged.
 * @property {Losses} losses
 * @property {Ends} left The lowest and the highest loss that a filter leaves.
 * @property {boolean} [isGone] The server has the sweep no more.
 * @property {number} [ranked] The number of runs that were made when `ranks` were read.
 * @property {Float64Array} [ranks] By the first bits of a loss.
 * @property {string} [varianceOf] The runs whose `variance` of ranks was read last.
 * @property {number} [variance]
 * @property {string} [read] The runs of which `finding` speaks.
 * @property {string} [finding]
 * @typedef {{ measure: string, heldOut: boolean }} Scored Scores by `accuracy` or `r2`, of held-out or of learned rows.
 * @typedef {{ cells: EncodedArray, losses: EncodedArray }} Piece Runs as the server sends them.
 * @typedef {Layout & CubeFields} Cube The losses of a sweep, or of a part of it.
 * @typedef {Cube & { part: Part }} PartCube
 * @typedef {{ columns: Int32Array, rows: Int32Array }} Shown The places of a view that a grid shows.
 * @typedef {Shown & { values: Losses }} Grid A number for each of these places, from the lowest row up.
 * @typedef {Float32Array | Float64Array} Losses
 * @typedef {{ at: number, text: string }} Tick
 * @typedef {{ left: number, top: number, width: number, height: number }} PlotPlace In pixels of the page.
 * @typedef {{ places: Places, name?: string, strong?: boolean }} Mark A marked cell.
 * @typedef {object} Picture
 * @property {Cube} cube
 * @property {View} view
 * @property {Range} range
 * @property {Mark[]} marks
 * @property {Look} look
 * @property {(size: Size) => Grid} gridOf
 * @property {(values: Losses) => ColourScale} scaleOf
 * @typedef {object} Look
 * @property {number[]} ticks The most ticks of the axis across, and of that up.
 * @property {Record<string, Tick[]>} [ticksOf] The ticks of each axis, where its values give none.
 * @property {boolean} [isSparse] Whether cells still to run stay empty, and rows stand apart without a frame.
 * @property {Record<number, string>} [plain] The tokens of colours that some values below 0 have.
 * @property {(value: number) => number} [lossless] From 0 to 1, how deep the colour of a run that diverged is; NaN for
 *   other values below 0.
 * @typedef {object} Summary Of the losses at a place; without runs that are left it has none.
 * @property {number} runs
 * @property {number} made
 * @property {number} left
 * @property {number} lost
 * @property {number} low
 * @property {number} median
 * @property {number} high
 * @typedef {number[]} Tally The number of runs, the sum of their ranks, and that of the squares of these.
 * @typedef {object} ColourScale
 * @property {(value: number) => number} shadeOf From 0 to 1.
 * @property {Tick[]} ticks From 0 at the bottom of the scale to 1.
 * @property {string} title
 * @property {boolean} [isReversed] Whether the darkest colour is at the bottom.
 * @import { EncodedArray } from "../core/types.js"
 */

export {};
