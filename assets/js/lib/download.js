/** Files that the browser saves. */

import { bytesOf } from "./arrays.js";
import { make } from "./dom.js";

const REVOKED_AFTER = 60000;

/**
 * Lets the browser save what is at the address, under its own name or under this one.
 * @param {string} address
 * @param {string} name
 */
export function saveAddress(address, name) {
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
}

/**
 * Lets the browser save bytes in base64, of this MIME type.
 * @param {string} text
 * @param {string} type
 * @param {string} name
 */
export const saveBytes = (text, type, name) => saveBlob(new Blob([bytesOf(text)], { type }), name);

/** Lets the browser save a blob, and frees its address when that is done. @param {Blob} blob @param {string} name */
export function saveBlob(blob, name) {
  const address = URL.createObjectURL(blob);
  saveAddress(address, name);
  setTimeout(() => URL.revokeObjectURL(address), REVOKED_AFTER);
}
