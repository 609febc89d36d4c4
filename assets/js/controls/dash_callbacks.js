/**
 * The function that Dash calls when a control was turned.
 */

import { globals, setProps } from "../core/dash.js";
import { state } from "../core/state.js";
import { turnControl } from "./handlers.js";
import { wasDragged } from "./slider_drag.js";

/**
 * Whether a slider tells once more what a drag has told. If it is so late that its thumb has been placed meanwhile, it
 * has taken the thumb along: back it goes.
 * @param {string} id @param {unknown} value
 */
function isEcho(id, value) {
  if (!wasDragged(id, value)) return false;
  const place = state.controlValues[id];
  if (!state.held && place !== value) setProps(id, { value: place });
  return true;
}

/** @param {...unknown} values */
function turn(...values) {
  const { triggered, inputs_list: inputs } = globals.dash_clientside.callback_context;
  const turned = new Set(triggered.map((change) => change.prop_id.split(".")[0]));
  inputs.forEach(({ id }, index) => {
    if (state.tab && turned.has(id) && !isEcho(id, values[index])) turnControl(id, values[index]);
  });
}

export function installDashCallbacks() {
  const own = { nnbench: { turn } };
  globals.dash_clientside = { ...globals.dash_clientside, ...own };
}
