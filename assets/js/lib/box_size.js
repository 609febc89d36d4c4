/**
 * The sizes of boxes that are drawn into with every frame. To ask an element for its size has the page laid out where
 * anything has changed, so it is asked once, and again when it has another size.
 */

/** @typedef {{ width: number, height: number }} Size In pixels; 0 where the box is not displayed. */

/** @type {WeakMap<Element, Size>} */
const sizes = new WeakMap();
/** @type {?ResizeObserver} */
let observer = null;

/** @param {Element} box */
export function sizeOf(box) {
  return sizes.get(box) || measureBox(box);
}

/** The size as it is now; the first to hear of another one measures anew. @param {Element} box */
export function measureBox(box) {
  observer = observer || new ResizeObserver((entries) => entries.forEach(({ target }) => measure(target)));
  if (!sizes.has(box)) observer.observe(box);
  return measure(box);
}

/** @param {Element} box */
function measure(box) {
  const size = { width: box.clientWidth, height: box.clientHeight };
  sizes.set(box, size);
  return size;
}
