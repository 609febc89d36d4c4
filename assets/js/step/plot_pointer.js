/**
 * The pointer on what is drawn: a click on a dot of the curve goes to its step and probes its sample; a click or a drag
 * on a response map probes that point.
 */

import { closest } from "../lib/dom.js";
import { state } from "../core/state.js";
import { moveCursor } from "../model/cursor.js";
import { probeInput, probedInput } from "./probe.js";
import { mapAxes } from "./response_maps.js";
import { pausePlay } from "./scrubber.js";

/** Dash calls this with the dot that was clicked. */
export function goToDot(click) {
  const [dot] = click ? click.points : [];
  if (!dot || !state.shown) return;
  pausePlay();
  state.ownInput = null;
  moveCursor(dot.x);
}

/** The shares of the way across and up at which a pointer stands in one of the maps; null beside them. */
function placeAt(box, { clientX, clientY }, { data, layout }) {
  const { left, top } = box.getBoundingClientRect();
  const { l, r, t, b } = layout.margin;
  const x = (clientX - left - l) / (box.clientWidth - l - r);
  const y = 1 - (clientY - top - t) / (box.clientHeight - t - b);
  const within = (share, [low, high]) => (share - low) / (high - low);
  const places = data.map(({ xaxis, yaxis }) => [
    within(x, domainOf(layout, "x", xaxis)),
    within(y, domainOf(layout, "y", yaxis)),
  ]);
  const inside = (share) => share >= 0 && share <= 1;
  return places.find(([u, v]) => inside(u) && inside(v)) || null;
}

const domainOf = (layout, letter, axis = letter) => layout[`${letter}axis${axis.slice(1)}`].domain || [0, 1];

/** The vector at that place: inputs that are no axis stay as they are probed. */
function vectorAt([u, v]) {
  const { inputs, figure } = state.shown.frame.response;
  const [low, high] = figure.layout.xaxis.range;
  const along = (share) => Number((low + (high - low) * share).toPrecision(4));
  const vector = probedInput();
  const [across, up] = mapAxes();
  vector[inputs === 1 ? 0 : across] = along(u);
  if (inputs > 1) vector[up] = along(v);
  return vector;
}

function onPointerDown(event) {
  const box = closest(event.target, ".maps");
  if (!box || !state.shown || event.button) return;
  const { figure } = state.shown.frame.response;
  const place = placeAt(box, event, figure);
  if (!place) return;
  pausePlay();
  probeInput(vectorAt(place));
  const follow = (moved) => {
    const next = placeAt(box, moved, figure);
    if (next) probeInput(vectorAt(next));
  };
  const release = () => window.removeEventListener("pointermove", follow);
  window.addEventListener("pointermove", follow);
  for (const ended of ["pointerup", "pointercancel"]) window.addEventListener(ended, release, { once: true });
}

export function installPlotPointer() {
  window.addEventListener("pointerdown", onPointerDown, true);
}
