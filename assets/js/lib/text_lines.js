/** Text in lines. */

/**
 * Lines that fit, broken between words, and within a word that no line can hold.
 * @param {string} text
 * @param {(text: string) => boolean} fits
 */
export function brokenLines(text, fits) {
  const words = text.split(/(?<= )/);
  const pieces = words.flatMap((word) => (fits(word.trimEnd()) ? [word] : Array.from(word)));
  const lines = [""];
  for (const piece of pieces) {
    if (fits(lines.at(-1) + piece.trimEnd())) lines[lines.length - 1] += piece;
    else lines.push(piece);
  }
  return lines.map((line) => line.trimEnd());
}
