/**
 * The function that Dash calls when a control was turned.
 */

import { globals } from "../core/dash.js";
import { state } from "../core/state.js";
import { handlers } from "./handlers.js";
import { isEcho } from "./slider_drag.js";

/** @param {...unknown} values */
function turn(...values) {
  const { triggered, inputs_list: inputs } = globals.dash_clientside.callback_context;
  const turned = new Set(triggered.map((change) => change.prop_id.split(".")[0]));
  inputs.forEach(({ id }, index) => {
    const value = values[index];
    if (!state.tab || !turned.has(id) || value === undefined || value === null || isEcho(id, value)) return;
    handlers[id](value);
  });
}

export function installDashCallbacks() {
  const own = { nnbench: { turn } };
  globals.dash_clientside = { ...globals.dash_clientside, ...own };
}
