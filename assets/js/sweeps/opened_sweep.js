/** The sweep that is opened in the dialog, and how long its axes are. */

import { cellOfPlaces } from "./loss_cube.js";

/**
 * The sweep that is opened, or the latest one: its cube, its view of two axes, the filter of its runs, the range of the
 * axes that is seen, the cell that the pointer or the keyboard is at, and the one that was opened.
 */
export const result = {
  id: "",
  cube: null,
  view: null,
  filter: null,
  range: null,
  at: null,
  opened: null,
  lowest: null,
  job: null,
};

/** How many values an axis has; one, where the loss is drawn up. */
export const countOf = (name) => (name ? result.cube.values[name].length : 1);

/** The range of both axes of the view that leaves nothing out. */
export const wholeRange = () => ({ x: [0, countOf(result.view.x)], y: [0, countOf(result.view.y)] });

/** What is known of the sweep that is opened, for whoever asks what the page shows. */
export const shownSweep = () => result;

/** The number of the cell at places of all axes. */
export const sweepCell = (places) => cellOfPlaces(result.cube, places);
