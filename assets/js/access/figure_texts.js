/**
 * Every figure in words, for whoever does not see it: beside its name a text of its finding, made of what is shown,
 * to which the figure's description points. The texts follow what is shown a few times a second. No screen reader says
 * them by itself.
 */

import { byId, findAll, make, setText } from "../lib/dom.js";
import { onEverySignal } from "../core/signals.js";
import { state } from "../core/state.js";
import { seedsFinding } from "../outcomes/seed_dots.js";
import { mapFinding } from "../landscape/pointer.js";
import { probeWords } from "../step/probe.js";
import { mapsFinding } from "../step/response_maps.js";
import { views } from "../stage/views.js";

const PACE = 200;

/**
 * The figures, and the finding of each as it is shown.
 * @type {Record<string, { figures: string, finding: (figure: HTMLElement) => string }>}
 */
const FINDINGS = {
  ...Object.fromEntries(views.map((view) => [view.name, view])),
  seeds: { figures: "#seed-dots", finding: seedsFinding },
  maps: { figures: "#response", finding: mapsFinding },
  landscape: { figures: "#landscape-map", finding: mapFinding },
  probe: { figures: "#probe-flow", finding: probeWords },
};

/**
 * The element with the text of one figure; the figure's description begins with it.
 * @param {HTMLElement} figure @param {string} id
 */
function textOf(figure, id) {
  const before = byId(id);
  const text =
    before || /** @type {HTMLElement} */ (byId("announced").parentElement).appendChild(make("p", { id, hidden: true }));
  const others = (figure.getAttribute("aria-describedby") || "").split(" ").filter((other) => other && other !== id);
  const described = [id, ...others].join(" ");
  if (figure.getAttribute("aria-describedby") !== described) figure.setAttribute("aria-describedby", described);
  return text;
}

function write() {
  timer = null;
  if (!state.shown || state.held) return;
  for (const [name, { figures, finding }] of Object.entries(FINDINGS)) {
    findAll(document, figures).forEach((figure, k) => {
      if (figure.checkVisibility()) setText(textOf(figure, `finding-${name}-${k}`), finding(figure));
    });
  }
}

/** @type {?number} */
let timer = null;

/** While a knob is held nobody reads them; its release shows a run. */
function writeSoon() {
  timer = timer || setTimeout(write, PACE);
}

export function installFigureTexts() {
  onEverySignal(writeSoon);
  // A choice or a button may show the same run in another way, and then no run comes.
  for (const type of ["change", "click"]) document.addEventListener(type, writeSoon);
}
