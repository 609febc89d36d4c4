/** Values that a tab stores, or the browser; one that stores nothing begins anew after a reload. */

/** @typedef {"sessionStorage" | "localStorage"} Place */

/** The value, null where there is none that can be read. @param {string} key @param {Place} [place] */
export function stored(key, place = "sessionStorage") {
  try {
    return JSON.parse(window[place].getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} key @param {unknown} value Null is forgotten. @param {Place} [place] */
export function store(key, value, place = "sessionStorage") {
  try {
    if (value === null) window[place].removeItem(key);
    else window[place].setItem(key, JSON.stringify(value));
  } catch {
    /* nothing is stored here */
  }
}
