/**
 * The sweep that is opened in the dialog, and the lengths of its axes.
 * @import { Cube, Layout, PartCube, Places, Range, View } from "../cube/types.js"
 * @import { Filter, Job } from "./types.js"
 */

/**
 * The sweep that is opened, or the latest one: how the whole of it is numbered, the cube that is drawn, its view of two
 * axes, the filter of its runs, the range of the axes that is seen, the places that the pointer or the keyboard is at,
 * and the cell that was opened. Of a sweep that is too large for the page the cube is a part of it, and `parts` are
 * those that were read lately. Places and the cell that was opened are those of the whole.
 * @typedef {object} OpenedSweep `whole` to `job` are null until the first response is there.
 * @property {string} id
 * @property {string} title
 * @property {Layout} whole
 * @property {Cube} cube
 * @property {View} view
 * @property {Filter} filter
 * @property {Range} range
 * @property {Job} job
 * @property {PartCube[]} parts
 * @property {?Places} at
 * @property {?number} opened
 * @property {?{ cell: number, ties: number, loss: number }} lowest
 * @property {?number} filled
 * @property {number} next
 */
export const result = /** @type {OpenedSweep} */ (
  /** @type {unknown} */ ({
    id: "",
    whole: null,
    cube: null,
    parts: [],
    view: null,
    filter: null,
    range: null,
    at: null,
    opened: null,
    lowest: null,
    job: null,
    filled: null,
  })
);

/** The number of values of an axis; one, where the loss is drawn up. @param {string} name */
export const countOf = (name) => (name ? result.whole.values[name].length : 1);

/** The range of both axes of the view that leaves nothing out. */
export const wholeRange = () => ({ x: [0, countOf(result.view.x)], y: [0, countOf(result.view.y)] });

/** The sweep that is opened, for whoever asks what the page shows. */
export const shownSweep = () => result;
