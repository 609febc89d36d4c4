/**
 * The page comes as HTML with the document, and Dash mounts the controls alone. They are put into their places as soon
 * as they are there, before they are painted, and the page goes to where Dash hears what happens on it.
 */

import { showMoved } from "../lib/canvas.js";
import { byId, findAll, focusedIn } from "../lib/dom.js";
import { divertProps, setProps } from "../core/dash.js";
import { pauseDetails, resumeDetails } from "../core/pacing.js";
import { runShown } from "../core/signals.js";
import { showFrame } from "../network/frame.js";
import { showKnobs } from "../controls/knob_controls.js";
import { leaveStandIns, showOnStandIn, useStandIns } from "./stand_ins.js";

const HELD = "[data-holds]";

/** The properties that Dash's components get as soon as they are mounted, by their ids. */
const awaited = /** @type {Record<string, Record<string, unknown>>} */ ({});
let isMounted = false;

/** @param {string} id @param {Record<string, unknown>} props */
function take(id, props) {
  awaited[id] = { ...awaited[id], ...props };
  showOnStandIn(id, props);
}

/** @param {string} id @param {string} text */
function forget(id, text) {
  if (awaited[id] && awaited[id].value !== text) delete awaited[id].value;
}

function putTogether() {
  const parts = byId("static-parts");
  const focusControl = leaveStandIns(forget);
  const held = new Map(findAll(document, HELD).map((holder) => [holder.dataset.holds, holder]));
  findAll(parts, "[data-place]").forEach((place) => {
    place.replaceWith(/** @type {HTMLElement} */ (held.get(place.dataset.place)));
  });
  moveInto(byId("page"), [...parts.childNodes]);
  parts.remove();
  isMounted = true;
  divertProps(null);
  for (const id in awaited) setProps(id, awaited[id]);
  hideUntilDrawn(Object.keys(awaited).map((id) => held.get(id)));
  focusControl();
  resumeDetails();
}

/**
 * A control that was told something else than it came with is not seen with that.
 * @param {(HTMLElement | undefined)[]} holders
 */
function hideUntilDrawn(holders) {
  const told = holders.filter((holder) => holder !== undefined);
  told.forEach((holder) => holder.classList.add("told"));
  requestAnimationFrame(() => setTimeout(() => told.forEach((holder) => holder.classList.remove("told"))));
}

/**
 * An element that was moved keeps the focus and where it was scrolled to, where the browser can move it at all.
 * @param {HTMLElement} page @param {ChildNode[]} nodes
 */
function moveInto(page, nodes) {
  const focused = focusedIn(document.documentElement);
  nodes.forEach((node) => (page.moveBefore ? page.moveBefore(node, null) : page.append(node)));
  /** @type {HTMLCanvasElement[]} */ (findAll(page, "canvas")).forEach(showMoved);
  if (focused !== document.activeElement) focused?.focus({ preventScroll: true });
}

/**
 * The details of the first run wait for the controls: the curve is seen at once, and the knobs are not kept waiting.
 * Stand-ins and cards cost nothing, and do not wait.
 */
export function installBeforeDash() {
  divertProps(take);
  pauseDetails();
  useStandIns();
  runShown.on((response) => {
    if (isMounted) return;
    showFrame(response.frame);
    showKnobs(response);
  });
  const root = byId("react-entry-point");
  new MutationObserver((_, observer) => {
    if (!root.querySelector(HELD)) return;
    observer.disconnect();
    putTogether();
  }).observe(root, { childList: true, subtree: true });
}
