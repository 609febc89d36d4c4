/** Knobs follow the run, but never while they are held. */

import { byId } from "../lib/dom.js";
import { setProps } from "../core/dash.js";
import { detailsShown, undoChanged } from "../core/signals.js";
import { samplesOnSlider } from "../core/sliders.js";
import { state, weightSeedOf } from "../core/state.js";

function show({ controls, frame }) {
  put("alpha-field", "alpha", controls.alpha);
  put("samples-field", "samples", String(controls.samples));
  put("seed-field", "seed", String(controls.seed));
  if (!state.held) {
    put("alpha-slider", "position", controls.position);
    put("samples-slider", "samplesAt", samplesOnSlider(controls.samples));
  }
  put("target", "ideal", controls.ideal);
  put("inputs", "inputs", controls.inputs);
  put("filter", "filter", controls.filter);
  put("experiment", "key", state.key);
  put("weights-field", "weightSeed", weightSeedOf(frame));
  put("scheme", "scheme", frame.drawn.scheme);
  const thumb = document.querySelector("#alpha-slider [role=slider]");
  if (thumb) thumb.setAttribute("aria-valuetext", controls.alpha);
}

/** A field shows its value at once; Dash, which takes as long as a curve, hears of it when the knob is released. */
function put(id, name, value) {
  const { controlValues, held } = state;
  const control = byId(id);
  const noted = String(controlValues[name]);
  const isField = id.endsWith("-field");
  if (isField && document.activeElement === control && control.value !== noted) return;
  if (isField && control.value !== value) control.value = value;
  if (noted === String(value) || (isField && held)) return;
  controlValues[name] = value;
  setProps(id, { value });
}

const buttonWords = {};

function nameButton(id, verb, change) {
  const words = change ? `${verb} ${change}` : verb;
  if (buttonWords[id] === words) return;
  buttonWords[id] = words;
  setProps(id, { disabled: !change, title: words, "aria-label": words });
}

/** The buttons say what they undo and redo. */
function nameUndo() {
  const { past, future, base } = state;
  const next = future[future.length - 1];
  nameButton("undo", "Undo", past.length && base.change);
  nameButton("redo", "Redo", next && next.change);
}

export function installKnobControls() {
  detailsShown.on(show);
  undoChanged.on(nameUndo);
}
