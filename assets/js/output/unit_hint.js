/** Whether somebody has pointed at a unit in this browser; until then a hint says that one can. */

const KEY = "nnbench-units-known";

/** @type {?boolean} */
let known = null;

export function unitsAreKnown() {
  if (known === null) known = read();
  return known;
}

function read() {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

export function noteUnitsKnown() {
  if (unitsAreKnown()) return;
  known = true;
  try {
    localStorage.setItem(KEY, "1");
  } catch {
    // A browser that stores nothing gives the hint again on the next visit.
  }
}
