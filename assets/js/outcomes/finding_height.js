/**
 * The finding keeps its height from one run to the next until all is known that stands in it: on a phone the cause of a
 * failure takes half of it, and what is below would jump up with each turn of a knob, and down again.
 */

import { sizeOf } from "../lib/box_size.js";
import { byId, closest } from "../lib/dom.js";
import { hintsEnded, runShown } from "../core/signals.js";

export function installFindingHeight() {
  const finding = closest(byId("sentence"), ".say");
  if (!finding) return;
  runShown.on(() => (finding.style.minHeight = `${sizeOf(finding).height}px`));
  hintsEnded.on(() => (finding.style.minHeight = ""));
}
