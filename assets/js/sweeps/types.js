/**
 * The types of sweeps, as JSDoc. A comment alone, so nothing of it is in the bundle.
 * @typedef {{ kind: string, limit: ?number, text: string }} Filter As it is chosen and typed.
 * @typedef {object} Row An axis as it is typed: numbers as texts, or the words that are chosen.
 * @property {string} name
 * @property {string} from
 * @property {string} to
 * @property {string} count
 * @property {boolean} log
 * @property {string[]} words
 *
 * Responses of the server:
 * @typedef {object} Job The progress of a sweep.
 * @property {string} id
 * @property {string} state "wanted", "done", or why it is neither.
 * @property {number} runs
 * @property {number} made
 * @property {number} left The seconds that it still takes.
 * @property {number} stored Pieces.
 * @property {string} says
 * @typedef {Job & { over: [axis: string, count: number][], title: string }} ListedJob
 * @typedef {{ sweeps: ListedJob[], says: string }} JobList
 * @typedef {{ refused?: string, axis?: string, part?: string }} Refusal And the field that it is about.
 * @typedef {{ link: string, axes: Record<string, string>, measure?: string }} Plan A sweep that is asked for.
 * @typedef {Refusal & { runs: number, seconds: number, place: string, says: string }} Estimate
 * @typedef {object} SweepReply
 * @property {Axes} [axes]
 * @property {string} [measure] By which runs are scored, and whether on held-out rows.
 * @property {boolean} [held_out]
 * @property {string} title
 * @property {Piece[]} pieces
 * @property {EncodedArray} [losses] Of a part.
 * @property {number} next The number of the next piece.
 * @property {number} [filled] The number of pieces that the server has read for parts.
 * @property {Job} job
 * @property {string} [says]
 * @property {string} [refused]
 * @property {string} [error]
 * @typedef {object} Listeners The functions that get the responses about a sweep that is followed.
 * @property {(reply: SweepReply) => boolean} take Whether it wants more.
 * @property {(sentence: string) => void} trouble
 * @property {(sentence: string) => void} gone
 *
 * A zoom:
 * @typedef {{ name: string, low: number, high: number, log: boolean }} Side A knob from one value to another, evenly or
 *   by a factor.
 * @typedef {{ x: Side, y: Side }} Window
 * @import { Axes, Piece } from "../cube/types.js"
 * @import { EncodedArray } from "../core/types.js"
 */

export {};
