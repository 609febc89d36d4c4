/**
 * The outcomes that were measured along the slider of α: at each position a run learns, is luck, is flat, grows worse
 * or diverges. Neighbours of one outcome are a piece of the scale; one line says what the whole shows.
 */

import { constants } from "../core/constants.js";
import { capitalized, formatCount, formatKnob, formatNumber } from "../core/format.js";
import { alphaAt } from "../core/sliders.js";

/** @import { LearningRates, Outcome, RunSummary } from "../core/types.js" */

const WIDTHS = { learns: 36, luck: 26, flat: 22, grows: 36, diverges: 50 };
const GAP = 6;
const NARROWEST = 0.02;

/**
 * @typedef {(?number)[]} Losses Null where a run diverges.
 * @typedef {(?Outcome)[]} Outcomes
 * @typedef {Pick<LearningRates, "positions" | "settled" | "outcomes"> & Partial<LearningRates>} AlphaScale
 * @typedef {{ outcome: ?Outcome, from: number, to: number }} Piece
 * @typedef {Piece & { outcome: Outcome }} NamedPiece
 * @typedef {{ piece: NamedPiece, outcome: Outcome, at: number }} PieceName
 */

const UNMOVED = 1.01;

/**
 * The number of first positions whose α is so small that runs end where they begin: they are not said to learn.
 * @param {Losses} settled
 */
function unmovedUpTo(settled) {
  const [first] = settled;
  /** @param {?number} loss */
  const isMoved = (loss) => loss === null || Math.max(loss, Number(first)) > UNMOVED * Math.min(loss, Number(first));
  const moved = settled.findIndex(isMoved);
  return moved < 0 ? settled.length : moved;
}

/** Whether α changes nothing: every run ends at the same loss. @param {Losses} settled */
export const isLevel = (settled) => settled.every((loss) => loss !== null && loss === settled[0]);

/**
 * The outcomes that are claimed: null where α changes nothing, or is too small to, and where nobody has judged.
 * @param {Pick<AlphaScale, "settled" | "outcomes">} scale
 */
function claimedOutcomes({ settled, outcomes }) {
  const level = isLevel(settled);
  const start = unmovedUpTo(settled);
  return outcomes.map((outcome, k) => (level || (k < start && outcome === "learns") ? null : outcome));
}

/**
 * Pieces of one outcome, from and to in shares of the track; the border of two lies halfway between their positions,
 * and a position that differs from both its neighbours is drawn as they are. Where none is claimed, a piece has no
 * outcome.
 * @param {AlphaScale} scale
 */
export function piecesOf({ positions, settled, outcomes }) {
  /** @param {number} k */
  const isLone = (k) => k > 0 && outcomes[k - 1] === outcomes[k + 1] && outcomes[k] !== outcomes[k - 1];
  const claimed = claimedOutcomes({ settled, outcomes });
  const drawn = claimed.map((outcome, k) => (outcome !== null && isLone(k) ? outcomes[k - 1] : outcome));
  /** @type {Piece[]} */
  const pieces = [];
  drawn.forEach((outcome, k) => {
    const last = pieces.at(-1);
    if (last && last.outcome === outcome) return;
    const from = last ? (positions[k - 1] + positions[k]) / 2 : positions[k];
    if (last) last.to = from;
    pieces.push({ outcome, from, to: 1 });
  });
  return pieces;
}

/**
 * The names of the pieces, { outcome, at } with their middle in pixels of a track of this width: pushed apart, each
 * still under its piece. Where there is no room for all, the narrowest piece that cannot keep its name has none; nor
 * has the narrower of two that would stand side by side with the same name.
 * @param {Piece[]} pieces
 * @param {number} width
 */
export function namesOf(pieces, width) {
  const named = /** @type {NamedPiece[]} */ (
    pieces.filter(({ outcome, from, to }) => outcome && to - from > NARROWEST)
  );
  for (;;) {
    const names = pushedApart(named, width);
    const repeated = named.findIndex(({ outcome }, k) => k > 0 && outcome === named[k - 1].outcome);
    const without = repeated > 0 ? named.slice(repeated - 1, repeated + 1) : misplaced(names, width);
    if (!without.length) return names.map(({ outcome, at }) => ({ outcome, at }));
    named.splice(named.indexOf(without.reduce((a, b) => (lengthOf(b) < lengthOf(a) ? b : a))), 1);
  }
}

/** @param {Piece} piece */
const lengthOf = ({ from, to }) => to - from;
/** @param {PieceName[]} names @param {number} width */
const misplaced = (names, width) => names.filter((name) => !isUnder(name, width)).map(({ piece }) => piece);
/** @param {{ outcome: Outcome }} name */
const half = ({ outcome }) => WIDTHS[outcome] / 2;

/** @param {NamedPiece[]} pieces @param {number} width */
function pushedApart(pieces, width) {
  /** @param {PieceName} a @param {PieceName} b */
  const apart = (a, b) => half(a) + half(b) + GAP;
  const names = pieces.map((piece) => ({
    piece,
    outcome: piece.outcome,
    at: (width * (piece.from + piece.to)) / 2,
  }));
  names.forEach((name, k) => {
    const before = names[k - 1];
    name.at = Math.max(name.at, before ? before.at + apart(before, name) : half(name));
  });
  names.reverse().forEach((name, k) => {
    const after = names[k - 1];
    name.at = Math.min(name.at, after ? after.at - apart(after, name) : width - half(name));
  });
  return names.reverse();
}

/**
 * Whether some of the name is under its piece, and all of it under the track.
 * @param {PieceName} name
 * @param {number} width
 */
function isUnder(name, width) {
  const [left, right] = [name.at - half(name), name.at + half(name)];
  return left >= 0 && right <= width && left < width * name.piece.to && right > width * name.piece.from;
}

/**
 * The outcome at the position that is nearest; null where none is claimed.
 * @param {AlphaScale} range
 * @param {number} position
 */
export function outcomeAt(range, position) {
  /** @param {number} k */
  const distance = (k) => Math.abs(range.positions[k] - position);
  const nearest = range.positions.reduce((best, _, k) => (distance(k) < distance(best) ? k : best), 0);
  return claimedOutcomes(range)[nearest] || null;
}

/** The most characters of the line under the slider. */
const LINE = 45;

/**
 * The finding of the scale: where a run ends lowest, and from where on it diverges or is luck, or up to where it is
 * flat. `own` is the final loss of the run that is shown, at an α of its own, or null; what is lowest is so beside it
 * too.
 * @param {AlphaScale} scale
 * @param {?number} own
 */
export function scaleWords({ positions, settled, outcomes }, own) {
  const losses = [...settled, own].filter((loss) => loss !== null);
  if (settled.every((loss) => loss === null)) return `Every α${upTo(positions)} diverges`;
  if (isLevel(settled)) {
    return `Every α${own === settled[0] ? "" : upTo(positions)} ends at ${formatNumber(Number(settled[0]))}`;
  }
  if (outcomes.every((outcome) => outcome === "flat")) return `Flat at every α${upTo(positions)}`;
  if (settled[0] !== null && UNMOVED * Math.min(...losses) >= settled[0])
    return "No α ends 1 % below the first weights";
  const flatUpTo = flatWords(positions, outcomes);
  const { lowest, isFlat, isLuck, isAtEnd } = lowestWords(positions, settled, outcomes, own);
  // A run that ends lowest by luck may lie where runs no longer learn.
  const lastly = isLuck ? "by luck" : endWords(positions, outcomes);
  const rest = [flatUpTo, lastly].filter(Boolean);
  if (isFlat && rest.length) return capitalized(rest.join(", "));
  return firstThat([lowest, isAtEnd && !isLuck ? "the slider’s end" : lastly || flatUpTo]);
}

/** The first part of a line, and the other where there is room for it. @param {string[]} parts */
function firstThat([first, other]) {
  const line = capitalized([first, other].filter(Boolean).join(", "));
  return line.length > LINE ? capitalized(first) : line;
}

/**
 * The loss that flat runs do not end 5 % below: the best constant answer's, or where that is right for all samples the
 * one that they start with.
 */
const FLAT = {
  constant: "a constant answer",
  start: "the first weights",
  either: "a constant answer or the first weights",
};

/**
 * The finding as it is read under the slider: that of a landscape over many data seeds, where there is one; and in
 * full, with what it was measured on.
 * @param {AlphaScale} range
 * @param {RunSummary} summary
 * @param {import("../model/best_alpha.js").BestAlpha} [best]
 */
export function alphaWords(range, { settled, seed }, best) {
  const own = scaleWords(range, settled);
  const flat = range.outcomes.includes("flat") ? `Flat: not 5 % better than ${FLAT[range.toBeat ?? "constant"]}` : "";
  const over = best?.seeds ? bestWords(best) : "";
  const ownInFull = `At ${formatCount(range.positions.length)} α on the slider, for data seed ${seed}: ${lowered(own)}`;
  return { line: over || own, inFull: [over, ownInFull, countWords(range), flat].filter(Boolean) };
}

/** @param {string} words */
const lowered = (words) => `${words[0].toLowerCase()}${words.slice(1)}`;

/** @param {import("../model/best_alpha.js").BestAlpha} best */
function bestWords({ from, to, seeds, atEnd, lost, runs }) {
  const [low, high] = [from, to].map((alpha) => formatKnob(Number(alpha)));
  const lostWords = lost ? `, ${formatCount(lost)} of ${formatCount(Number(runs))} diverge` : "";
  const rest = `best ${low === high ? `at ${low}` : `${low}–${high}`}${atEnd ? ", the map’s end" : ""}${lostWords}`;
  const line = `${formatCount(Number(seeds))} data seeds: ${rest}`;
  return line.length > LINE ? line.replace("data ", "") : line;
}

/** The α at a position; it was measured with no more digits than these. @param {number} position */
const alphaWord = (position) => formatKnob(alphaAt(position));

/**
 * The scale ends at the slider's last α, or before the first that the rest of the rule does not allow.
 * @param {number[]} positions
 */
const upTo = (positions) => ` up to ${alphaWord(positions[positions.length - 1])}`;

/**
 * An outcome with the positions from its first to its last; of one position, with that.
 * @param {string} word
 * @param {number[]} positions
 * @param {number} from
 * @param {number} to
 */
function stretchWords(word, positions, from, to) {
  const first = alphaWord(positions[from]);
  return from === to ? `${word} at ${first}` : `${word} from ${first} to ${alphaWord(positions[to])}`;
}

/**
 * The position of the lowest final loss, and whether it is no better there than a constant, or lowest by luck.
 * @param {number[]} positions
 * @param {Losses} settled
 * @param {Outcomes} outcomes
 * @param {?number} own
 */
function lowestWords(positions, settled, outcomes, own) {
  const least = Math.min(...settled.filter((loss) => loss !== null));
  if (own !== null && own < least) return { lowest: "lower at the current α than on the slider" };
  const ties = positions.map((_, k) => k).filter((k) => settled[k] === least);
  /** @param {Outcome} word */
  const are = (word) => ties.every((k) => outcomes[k] === word);
  const isAtEnd = ties.at(-1) === positions.length - 1 && positions[positions.length - 1] >= LAST;
  return { lowest: tieWords(positions, settled, ties), isFlat: are("flat"), isLuck: are("luck"), isAtEnd };
}

/** The slider's own end, and not that of the α that the rest of the rule allows. */
const LAST = 1 - 1e-9;

const LOWEST = "lowest";

/**
 * The words for the positions that all end lowest.
 * @param {number[]} positions
 * @param {Losses} settled
 * @param {number[]} ties
 */
function tieWords(positions, settled, ties) {
  const [first, last] = [ties[0], ties[ties.length - 1]];
  if (first === last && isBroad(settled, first)) return `${LOWEST} near ${alphaWord(positions[first])}`;
  if (last - first === ties.length - 1) return stretchWords(LOWEST, positions, first, last);
  return stretchWords(`${LOWEST} at ${ties.length} α`, positions, first, last);
}

/**
 * Whether the neighbours end almost as low, so that a run near this α does too.
 * @param {Losses} settled
 * @param {number} k
 */
function isBroad(settled, k) {
  /** @param {?number} loss */
  const isLow = (loss) => loss !== null && loss <= constants.almostSame * Number(settled[k]);
  return settled.slice(Math.max(0, k - 1), k + 2).every(isLow);
}

const SMALLEST_NAMED = 1e-3;

/** @param {Outcomes} outcomes */
const flatFrom = (outcomes) => outcomes.findIndex((outcome) => outcome !== "flat");

/** @param {number[]} positions @param {Outcomes} outcomes */
function flatWords(positions, outcomes) {
  const end = flatFrom(outcomes);
  const isNamed = end > 0 && alphaAt(positions[end]) > SMALLEST_NAMED;
  return isNamed ? `flat up to ${alphaWord(positions[end - 1])}` : "";
}

/**
 * The outcomes of the runs at the upper end, from the first position on that no longer learns.
 * @param {number[]} positions
 * @param {Outcomes} outcomes
 */
function endWords(positions, outcomes) {
  const from = learnsBefore(outcomes);
  const rest = outcomes.slice(from);
  if (from === 0 || !rest.length) return "";
  const [word, ...others] = new Set(rest.filter((outcome) => outcome && outcome !== "learns"));
  const isSome = rest.some((outcome) => !outcome || outcome === "learns");
  // A run that is luck may end low; of the others it is known that they learn nothing.
  const many = rest.includes("luck") ? "at best luck" : "never learns";
  const [one, several] = isSome ? [`some ${VERBS[/** @type {Outcome} */ (word)][1]}`, "mixed"] : [word, many];
  return `${others.length ? several : one} ${rest.length > 1 ? "from" : "at"} ${alphaWord(positions[from])}`;
}

const VERBS = {
  diverges: ["diverges", "diverge"],
  learns: ["learns", "learn"],
  luck: ["is luck", "are luck"],
  flat: ["is flat", "are flat"],
  grows: ["grows", "grow"],
};

/**
 * The first position after those that learn; one that differs from both its neighbours is as they are.
 * @param {Outcomes} outcomes
 */
function learnsBefore(outcomes) {
  /** @param {number} k */
  const learns = (k) => outcomes[k] === "learns" || outcomes[k] === null;
  const start = flatFrom(outcomes);
  /** @param {number} k */
  const ends = (k) => k >= start && !learns(k) && !(k > start && learns(k - 1) && learns(k + 1));
  const end = outcomes.findIndex((_, k) => ends(k));
  return end < 0 ? outcomes.length : end;
}

/** The number of positions of each claimed outcome: 37 of 101 diverge, 22 learn. @param {AlphaScale} range */
export function countWords(range) {
  const outcomes = claimedOutcomes(range);
  const counts = Object.entries(VERBS).map(([word, verbs]) => {
    const count = outcomes.filter((outcome) => outcome === word).length;
    return { count, verb: verbs[count === 1 ? 0 : 1] };
  });
  const [first, ...others] = counts.filter(({ count }) => count);
  if (!first) return "";
  return [
    `${first.count} of ${outcomes.length} ${first.verb}`,
    ...others.map(({ count, verb }) => `${count} ${verb}`),
  ].join(", ");
}
