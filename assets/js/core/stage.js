/** The view on the stage. An attribute of the document names it, which is there before the first paint. */

import { constants } from "./constants.js";

/**
 * A view of the stage, as the module that draws it exports it: `name` is that of its row in
 * `webapp/page/stage/views.py`.
 * @typedef {object} View
 * @property {string} name
 * @property {() => void} install
 * @property {() => void} [show] Draws it, when it has come on the stage.
 * @property {() => void} [hide] When another one comes.
 * @property {Summons} [summons]
 * @property {() => ?StagePicture} [picture] Its picture for a file and for paper; null where it shows none.
 * @property {string} figures The selector of its figures.
 * @property {(figure: HTMLElement) => string} finding The text of such a figure, for screen readers.
 *
 * @typedef {object} StagePicture
 * @property {string} title Its name in the menu of files.
 * @property {string} file The name of its files, without the ending.
 * @property {(() => SVGElement) | null} draw Null until it is there to be drawn.
 *
 * A signal that brings a view on the stage. A view that does not last has its tab, with this title, while `isWanted`.
 * @typedef {object} Summons
 * @property {import("./signals.js").Signal<[]>} changed
 * @property {() => boolean} isWanted
 * @property {import("./signals.js").Signal<[]>} [renamed]
 * @property {() => string} [title]
 */

const { views } = constants.stage;

export const currentView = () => document.documentElement.dataset.view ?? "";

/** @param {string} name */
export const isOnStage = (name) => currentView() === name;

/** @param {string} name */
export const viewRow = (name) => /** @type {import("./types.js").ViewRow} */ (views.find((row) => row.name === name));
