/**
 * The line of layers where it is longer than its place: the wheel and two arrows scroll it sideways, and an arrow is
 * there as long as the line goes on beyond that end.
 */

import { byId, closest } from "../lib/dom.js";
import { detailsShown } from "../core/signals.js";

const STEP = 0.7;
const chain = () => byId("network");

function showArrows() {
  const { scrollLeft, clientWidth, scrollWidth } = chain();
  byId("chain-back").hidden = scrollLeft < 1;
  byId("chain-on").hidden = scrollLeft + clientWidth > scrollWidth - 1;
}

/** @param {number} by */
function scroll(by) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  chain().scrollBy({ left: by, behavior: calm ? "instant" : "smooth" });
}

/** @param {MouseEvent} event */
function onClick({ target }) {
  const button = closest(target, ".scroll-chain");
  if (button) scroll((button.id === "chain-on" ? STEP : -STEP) * chain().clientWidth);
}

/** A wheel that turns up and down goes along the line, until its end is reached. @param {WheelEvent} event */
function onWheel(event) {
  const line = closest(event.target, ".chain");
  if (!line || event.deltaX || event.shiftKey || event.ctrlKey) return;
  const before = line.scrollLeft;
  line.scrollLeft += event.deltaY;
  if (line.scrollLeft !== before) event.preventDefault();
}

/** The name of the frame whose line of layers was measured. */
let measured = "";

/** @param {import("../core/types.js").RunResponse} response */
function watch({ frame }) {
  if (frame.name === measured) return;
  const isFirst = !measured;
  measured = frame.name;
  showArrows();
  if (!isFirst) return;
  chain().addEventListener("scroll", showArrows, { passive: true });
  new ResizeObserver(showArrows).observe(chain());
}

export function installChainScroll() {
  document.addEventListener("click", onClick);
  document.addEventListener("wheel", onWheel, { passive: false });
  detailsShown.on(watch);
}
