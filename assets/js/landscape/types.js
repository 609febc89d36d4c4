/**
 * The types of the landscape, as JSDoc. A comment alone, so nothing of it is in the bundle.
 * @typedef {object} LandscapeMap A map of runs over two axes, and how it fills; `settled` to `steps` have a number for
 *   each cell, as the server gave them.
 * @property {string} name
 * @property {string} about
 * @property {string} x
 * @property {string} y
 * @property {number[]} from
 * @property {?number} reaching
 * @property {boolean} scored Whether the answers of each run are scored: `learned` and `held_out`, nan where none are.
 * @property {boolean} holdsOut
 * @property {string} by The axis that has one value on a line.
 * @property {Cube} cube
 * @property {boolean} stopped
 * @property {boolean} failed Whether it stopped because the server did not answer
 * @property {boolean} isNamed Whether the values of its axes are known.
 * @property {string} says
 * @property {number} spent
 * @property {Float64Array} settled
 * @property {Float64Array} last
 * @property {Int32Array} diverged
 * @property {Int32Array} steps
 * @property {Float64Array} learned
 * @property {Float64Array} held_out
 * @property {{ line: number, places: number[] }[]} todo
 * @typedef {Pick<LandscapeMap, "cube" | "reaching" | "last" | "steps">} FilledMap
 * @typedef {LandscapeReply & { time: number }} TimedReply With the milliseconds that it took.
 * @typedef {"settled" | "last" | "diverged" | "steps" | "learned" | "held_out"} Result
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
 * @typedef {object} OwnRun The run that is shown.
 * @property {?number} settled
 * @property {?number} alpha
 * @property {?number} [samples]
 * @property {?number[]} [losses] Its final losses over the seeds of the map, in their order.
 * @property {?number} [nudgedLowest] The lowest final loss of the run and its twins.
 * @typedef {{ value: number, k: number, median: number, lost: number, runs: number, losses?: number[] }} MedianRow
 * @typedef {object} BestAlpha
 * @property {number} from
 * @property {number} to
 * @property {number} at The α with the lowest median.
 * @property {number} lowest
 * @property {boolean} atEnd
 * @property {MedianRow[]} rows
 * @property {number} lost
 * @property {number} runs
 * @typedef {object} MapMeasure
 * @property {(map: LandscapeMap) => "settled" | "last" | "steps" | "learned" | "held_out"} of
 * @property {(value: number) => number} height
 * @property {(map: LandscapeMap) => string} says
 * @property {string} word
 * @property {number} [step] The ends of the scale of colours are multiples of this.
 * @property {boolean} [isScore] Whether it is a share from 0 to 1, or R².
 * @property {boolean} [isLast]
 * @property {boolean} [fewer] Whether less is better.
 * @import { KnobValue, LandscapeReply } from "../core/types.js"
 * @import { Cube } from "../cube/types.js"
 */

export {};
