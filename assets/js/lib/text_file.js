/**
 * The text of a file. Spreadsheets save CSV as UTF-8, as UTF-16 with a mark at the beginning, or in the letters of
 * Windows, which are read where the bytes are no UTF-8.
 */

/** @param {Blob} file */
export async function textOf(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const marks = { "255 254": "utf-16le", "254 255": "utf-16be" };
  const wide = marks[/** @type {keyof typeof marks} */ (bytes.slice(0, 2).join(" "))];
  if (wide) return new TextDecoder(wide).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
