/**
 * The colours of pictures on a canvas: the tokens of the styles, and the ramp of large areas.
 * @import { Theme } from "../core/types.js"
 * @import { MapColours } from "./map_canvas.js"
 */

import { token } from "../lib/theme.js";
import { constants } from "../core/constants.js";

const TOKENS = {
  paper: "--paper",
  ink: "--ink",
  target: "--ink-3",
  output: "--now",
  grid: "--line",
  axis: "--edge",
  frame: "--line-2",
  hatch: "--edge",
  low: "--neg",
  middle: "--ink-3",
  high: "--pos",
};
/** The colours of classes, in their order; the same in both themes. */
export const classColours = () => token("--classes").split(" ");

/** @type {Partial<Record<Theme, MapColours>>} */
const palettes = {};

/**
 * The colours of a theme, which has to be the one in force. @returns {MapColours}
 * @param {Theme} theme
 */
export function mapColours(theme) {
  palettes[theme] ??= /** @type {MapColours} */ ({
    ramp: constants.mapRamps[theme],
    ...Object.fromEntries(Object.entries(TOKENS).map(([name, property]) => [name, token(property)])),
  });
  return palettes[theme];
}
