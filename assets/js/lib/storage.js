/**
 * The memory of this tab and of this browser. The document has seen to it that both stores are there; where one has no
 * room left, the page begins afresh after a reload.
 */

/** @param {Storage} store @param {string} key @param {string} text */
export function remember(store, key, text) {
  try {
    store.setItem(key, text);
  } catch {
    console.info("This browser keeps nothing more between reloads.");
  }
}

/**
 * The value that is stored as JSON; null where there is none that can be read.
 * @param {Storage} store
 * @param {string} key
 */
export function recall(store, key) {
  try {
    return JSON.parse(store.getItem(key) ?? "null");
  } catch {
    return null;
  }
}
