/** Arrays as they arrive: typed arrays in base64, in the alphabet of URLs or, for Plotly, in the usual one. */

/**
 * @typedef {{ dtype: "f4" | "f8" | "i4" | "u1" | "u2", bdata: string, reach?: number }} EncodedArray
 * @typedef {Float32Array | Float64Array | Int32Array | Uint8Array | Uint16Array} Numbers
 */

const KINDS = { f4: Float32Array, f8: Float64Array, i4: Int32Array, u1: Uint8Array, u2: Uint16Array };

/** Bytes with a `reach` are places from −reach to reach, as the server counts them: 0 … 254, and 255 for no number. */
const MIDDLE_PLACE = 127;
const NO_PLACE = 255;

/** @param {EncodedArray} array @returns {Numbers} */
export function decode({ dtype, bdata, reach }) {
  const array = new KINDS[dtype](bytesOf(bdata.replaceAll("-", "+").replaceAll("_", "/")).buffer);
  return reach === undefined ? array : Float32Array.from(array, (place) => numberAt(place, reach));
}

/** @param {number} place @param {number} reach */
const numberAt = (place, reach) => (place === NO_PLACE ? NaN : (place / MIDDLE_PLACE - 1) * reach);

/**
 * The bytes of a base64 text. Newer browsers decode it themselves, ten times as fast.
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function bytesOf(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** A typed array as base64, as the server reads it. @param {Numbers} array */
export function encodeBase64(array) {
  const bytes = new Uint8Array(array.buffer);
  let text = "";
  for (let k = 0; k < bytes.length; k++) text += String.fromCharCode(bytes[k]);
  return btoa(text);
}

/**
 * A flat array as rows of equal length, without copying.
 * @template {Numbers} Flat
 * @param {Flat} flat
 * @param {number} width
 * @returns {Flat[]}
 */
export function rowsOf(flat, width) {
  return Array.from(
    { length: flat.length / width },
    (_, row) => /** @type {Flat} */ (flat.subarray(row * width, (row + 1) * width)),
  );
}

/**
 * The greatest finite magnitude in these arrays; never 0, so that it can divide.
 * @param {{ reduce: (join: (most: number, x: number) => number, start: number) => number }[]} arrays
 */
export function greatestMagnitude(arrays) {
  /** @param {number} most @param {number} x */
  const greatest = (most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most);
  return Math.max(1e-12, ...arrays.map((numbers) => numbers.reduce(greatest, 0)));
}

/**
 * A number's share of a scale, from −1 to 1: Firefox mixes no colour of more. 0 for what is not finite.
 * @param {number} value
 * @param {number} scale
 */
const shareOf = (value, scale) => (Number.isFinite(value) ? Math.max(-1, Math.min(1, value / scale)) : 0);

/** The share as the custom property that colours a cell. @param {number} value @param {number} scale */
export const tint = (value, scale) => shareOf(value, scale).toFixed(3);

/**
 * The share in steps of a twentieth: it seldom changes while the cursor moves, and tells dark from light.
 * @param {number} value
 * @param {number} scale
 */
export const roughTint = (value, scale) => Math.round(20 * shareOf(value, scale)) / 20;
