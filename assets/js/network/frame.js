/**
 * The parts that stay while a knob is turned: the cards, the target and the words about the experiment, drawn when they
 * are others.
 */

import { byId, setText } from "../lib/dom.js";
import { closeMenu } from "../lib/menu.js";
import { setProps } from "../core/dash.js";
import { detailsShown, runWithheld } from "../core/signals.js";
import { showStrip } from "./strip.js";
import { showTarget } from "./target_editor.js";

/** @import { Frame } from "../core/types.js" */

/** The name of the frame that is drawn. */
let drawn = "";

/** @param {Frame} frame */
export function showFrame(frame) {
  if (frame.name === drawn) return;
  drawn = frame.name;
  // Its rows are about what was there before.
  closeMenu();
  setText(byId("experiment-group"), frame.group);
  byId("picker").classList.toggle("own", Boolean(frame.own_data));
  byId("picker").dataset.says = frame.hint;
  setText(byId("badge"), frame.badge.text);
  Object.assign(byId("badge").dataset, { state: frame.badge.state, says: frame.badge.says });
  setProps("target", { data: frame.ideals });
  setProps("inputs", { data: frame.inputs });
  showTarget(frame.target);
  showStrip(frame);
  setText(byId("weights-said"), frame.drawn.says);
}

export function installFrame() {
  detailsShown.on(({ frame }) => showFrame(frame));
  // The cards have what was chosen for a run that is held back, which may be given up.
  runWithheld.on(({ frame }) => frame.name !== drawn && (drawn = ""));
}
