/**
 * A formula while it is typed: its plot and its slope, or its error and where that is. The server parses it; nothing is
 * learned yet.
 */

import { find, functionPlot, make } from "../lib/dom.js";
import { ask, jsonIfOk } from "../lib/http.js";

const PAUSE = 120;
/**
 * @typedef {{ error: string, position: number } & Partial<Plot>} Reply
 * @typedef {{ path: string, slope: string, slopeText: string, flat: boolean }} Plot
 */

let timer = 0;
let latest = 0;

/** @param {HTMLInputElement} field */
async function preview(field) {
  const mine = ++latest;
  const query = new URLSearchParams({ text: field.value, variables: String(field.dataset.variables) });
  const reply = await jsonIfOk(await ask(`formula?${query}`).catch(() => null));
  if (reply && mine === latest && document.activeElement === field) show(field, reply);
}

/** @param {HTMLInputElement} field @param {Reply} reply */
function show(field, reply) {
  field.setAttribute("aria-invalid", String(Boolean(reply.error)));
  const box = panelFor(field);
  const { left, top, bottom } = field.getBoundingClientRect();
  box.replaceChildren(...(reply.error ? mistake(field.value, reply) : plot(reply)));
  box.style.left = `${Math.min(left, window.innerWidth - 296)}px`;
  box.hidden = false;
  const { height } = box.getBoundingClientRect();
  box.style.top = `${bottom + 4 + height > window.innerHeight ? top - height - 4 : bottom + 4}px`;
}

const panel = () => find(document, ".formula-panel");

/** Within the same landmark as its field. @param {HTMLElement} field */
function panelFor(field) {
  const box = panel() || make("div", { class: "menu formula-panel", role: "status" });
  field.closest("section")?.append(box);
  return box;
}

/** @param {string} text @param {Reply} reply */
function mistake(text, { error, position }) {
  const mark = make("mark", {}, text.slice(position, position + 1) || "\u00a0");
  return [
    make("code", {}, text.slice(0, position), mark, text.slice(position + 1)),
    make("p", { class: "error" }, error),
  ];
}

/** @param {Reply} reply */
function plot({ path, slope = "", slopeText, flat }) {
  const picture = path ? [make("span", { class: "curve" }, functionPlot(path, slope))] : [];
  const words = slopeText ? ["derivative ", make("code", {}, slopeText)] : ["This can be learned."];
  const warning = "Its derivative is zero everywhere: this layer never learns, and none before it.";
  return [...picture, make("p", {}, ...words), ...(flat ? [make("p", { class: "warn" }, warning)] : [])];
}

function close() {
  clearTimeout(timer);
  const box = panel();
  if (box) box.hidden = true;
  latest++;
}

/** The field of a formula that an event comes from, or null. @param {Event} event @returns {?HTMLInputElement} */
const formulaField = ({ target }) =>
  target instanceof HTMLInputElement && target.matches("[data-variables]") ? target : null;

export function installFormulaPreview() {
  document.addEventListener("input", (event) => {
    const field = formulaField(event);
    if (!field) return;
    clearTimeout(timer);
    timer = setTimeout(() => preview(field), PAUSE);
  });
  for (const ended of ["focusout", "change"]) {
    document.addEventListener(ended, (event) => formulaField(event) && close());
  }
}
