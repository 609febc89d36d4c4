/**
 * The bench for a projector: the sentence, the view of the stage and one picture beside it, in large type. The
 * address says it, and an attribute of the document, which the styles read.
 */

import { byId, dialogById } from "../lib/dom.js";
import { viewChanged } from "../core/signals.js";

const { dataset } = document.documentElement;

export const PRESENT_QUERY = "&present=1";

export const isPresenting = () => dataset.present !== undefined;

export function togglePresenting() {
  if (isPresenting()) delete dataset.present;
  else dataset.present = "1";
  window.scrollTo(0, 0);
  viewChanged.emit();
}

export function presentFromDialog() {
  dialogById("share-dialog").close();
  togglePresenting();
}

export function installPresenting() {
  byId("present-leave").addEventListener("click", togglePresenting);
}
