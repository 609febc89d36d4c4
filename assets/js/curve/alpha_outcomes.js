/**
 * What was measured along the slider of α: at each position a run learns, is luck, is flat or diverges. Neighbours of
 * one outcome are a piece of the scale; one line says what the whole shows.
 */

import { capitalized, formatKnob, formatNumber } from "../core/format.js";
import { alphaAt } from "../core/sliders.js";

const WIDTHS = { learns: 36, luck: 26, flat: 22, diverges: 50 };
const GAP = 6;
const NARROWEST = 0.02;

const UNMOVED = 1.01;

/** At so many of the first positions α is so small that runs end where they begin: they are not said to learn. */
function unmovedUpTo(settled) {
  const [first] = settled;
  const isMoved = (loss) => loss === null || Math.max(loss, first) > UNMOVED * Math.min(loss, first);
  const moved = settled.findIndex(isMoved);
  return moved < 0 ? settled.length : moved;
}

/** Whether α changes nothing: every run ends at the same loss. */
const isLevel = (settled) => settled.every((loss) => loss !== null && loss === settled[0]);

/**
 * Pieces of one outcome, from and to in shares of the track; the border of two lies halfway between their positions,
 * and a position that differs from both its neighbours is drawn as they are. Where α changes nothing, or is too small
 * to, and where nobody has judged, a piece has no outcome.
 */
export function piecesOf({ positions, settled, outcomes }) {
  const level = isLevel(settled);
  const start = unmovedUpTo(settled);
  const isLone = (k) => k > 0 && outcomes[k - 1] === outcomes[k + 1] && outcomes[k] !== outcomes[k - 1];
  const drawn = outcomes.map((outcome, k) => {
    if (level || (k < start && outcome === "learns")) return null;
    return isLone(k) ? outcomes[k - 1] : outcome;
  });
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

/** The names of the pieces, { outcome, at } with their middle in pixels of a track so wide, pushed apart. */
export function namesOf(pieces, width) {
  const names = pieces
    .filter(({ outcome, from, to }) => outcome && to - from > NARROWEST)
    .map(({ outcome, from, to }) => ({ outcome, at: (width * (from + to)) / 2 }));
  const half = ({ outcome }) => WIDTHS[outcome] / 2;
  const apart = (a, b) => half(a) + half(b) + GAP;
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

/** The outcome at the position that is nearest; null where it is not known. */
export function outcomeAt({ positions = [], outcomes = [] }, position) {
  const distance = (k) => Math.abs(positions[k] - position);
  const nearest = positions.reduce((best, _, k) => (distance(k) < distance(best) ? k : best), 0);
  return outcomes[nearest] || null;
}

/** Where the run ends lowest, and from where on it diverges or is luck, or up to where it is flat. */
export function scaleWords({ positions, settled, outcomes }) {
  const finite = positions.map((_, k) => k).filter((k) => settled[k] !== null);
  if (!finite.length) return "Every α diverges";
  if (isLevel(settled)) return `Every α ends at ${formatNumber(settled[0])}`;
  if (outcomes.every((outcome) => outcome === "flat")) return "Flat at every α";
  const best = finite.reduce((a, b) => (settled[b] < settled[a] ? b : a));
  if (best < unmovedUpTo(settled)) return "No α lowers the final loss";
  const lastly = endWords(positions, outcomes);
  // What ends lowest by luck may lie where runs no longer learn.
  const luck = outcomes[best] === "luck" ? ["by luck"] : lastly;
  const round = best === outcomes.lastIndexOf("learns") ? Math.floor : Math.round;
  const lowest = `lowest near ${shortAlpha(positions[best], round)}`;
  return capitalized([...flatWords(positions, outcomes), lowest, ...luck].slice(-2).join(", "));
}

/** Two digits of the α there. */
function shortAlpha(position, round) {
  const alpha = alphaAt(position);
  const unit = 10 ** (Math.floor(Math.log10(alpha)) - 1);
  return formatKnob(Number((round(alpha / unit) * unit).toPrecision(2)));
}

const SMALLEST_NAMED = 1e-3;

function flatWords(positions, outcomes) {
  const end = outcomes.findIndex((outcome) => outcome !== "flat");
  const isNamed = end > 0 && alphaAt(positions[end]) > SMALLEST_NAMED;
  return isNamed ? [`flat below ${shortAlpha(positions[end - 1], Math.floor)}`] : [];
}

/** What comes of the runs at the upper end, from where on; where they differ, up to where they learn. */
function endWords(positions, outcomes) {
  const last = outcomes.lastIndexOf("learns");
  const rest = new Set(outcomes.slice(last + 1));
  if (last < 0 || !rest.size) return [];
  if (rest.size > 1) return [`learns up to ${shortAlpha(positions[last], Math.floor)}`];
  const end = shortAlpha(positions.at(-1), Math.round);
  return [`${[...rest][0]} from ${shortAlpha(positions[last + 1], Math.ceil)} to ${end}`];
}
