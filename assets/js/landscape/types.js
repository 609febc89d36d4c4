/**
 * The types of the landscape, as JSDoc. A comment alone, so nothing of it is in the bundle.
 * @typedef {number[]} CellPlace Of a cell, from the left and from below.
 * @typedef {LandscapeMap & Required<Pick<LandscapeMap, "figure" | "values">>} DrawnMap Its first
 *   cells are there.
 * @typedef {LandscapeReply & { theme: Theme, time: number }} TimedReply With the milliseconds that it took.
 * @typedef {"settled" | "last" | "diverged" | "steps"} Result
 * @typedef {object} CurrentRun
 * @property {number} alpha
 * @property {number} position Of α on its slider.
 * @property {number} samples
 * @property {number} seed
 * @property {?number} weightSeed
 * @property {Record<string, KnobValue>} knobs
 * @typedef {object} MapAxis
 * @property {(run: CurrentRun) => number} from
 * @property {(run: CurrentRun, from: number) => number} at
 * @property {string} field
 * @property {boolean} [everywhere] Whether a run lies on the map with any value of the knob.
 * @typedef {{ at: (map: DrawnMap, name: string, number: number) => string, of: (name: string) => string }} KnobWords
 * @typedef {{ settled: ?number, spread: number, alpha: ?number, median?: ?number }} OwnRun
 * @typedef {{ value: number, k: number, median: number }} MedianRow
 * @typedef {object} BestAlpha
 * @property {number} from
 * @property {number} to
 * @property {number} lowest
 * @property {boolean} atEnd
 * @property {MedianRow[]} rows
 * @property {number} lost
 * @property {number} runs
 * @typedef {object} MapMeasure
 * @property {(map: DrawnMap, cell: number) => number} value
 * @property {string} says
 * @property {string} word
 * @property {boolean} [isLast]
 * @property {boolean} [fewer] Whether less is better.
 * @typedef {object} CellPlaces The positions of the cells, in pixels.
 * @property {number} across
 * @property {number} up
 * @property {number} left
 * @property {(cell: number) => number} x
 * @property {(cell: number) => number} y
 * @import { KnobValue, LandscapeMap, LandscapeReply, Theme } from "../core/types.js"
 */

export {};
