/**
 * The page's memory as one text, for this tab to go on with after a reload: its run, its pins, its ghosts, and what can
 * be undone, each as an experiment with its curve. Layers, weights and tables that many runs share are written once.
 * The text is bounded: when it grows too long, the oldest steps go first, then the pins, the latest first, and at last
 * all but the run itself.
 */

/** @import { EncodedArray, ExperimentParts, Pin, Run } from "../core/types.js" */

const VERSION = 1;
const LONGEST = 1500000;
/** @type {(keyof ExperimentParts)[]} */
const SHARED = ["layers", "weights", "inputs", "ideal"];

/**
 * @typedef {{ base: Run, past: Run[], future: Run[], pins: Pin[] }} Session
 * @typedef {Omit<Run, "experiment" | "ghosts"> & { experiment: Record<string, unknown>, ghosts?: number[] }} PlainRun
 * @typedef {object} PlainSession Runs by their numbers.
 * @property {number} version
 * @property {number} base
 * @property {number[]} past
 * @property {number[]} future
 * @property {(Omit<Pin, "run"> & { run: number })[]} pins
 * @property {PlainRun[]} runs
 * @property {unknown[]} parts
 */

/** Texts of parts that were written before, by the part itself. @type {WeakMap<object, string>} */
const texts = new WeakMap();

/** @param {unknown} part */
function textOf(part) {
  if (typeof part !== "object" || part === null) return JSON.stringify(part);
  const text = texts.get(part) ?? JSON.stringify(part);
  texts.set(part, text);
  return text;
}

/** An array as it came, without what Plotly notes in it. @param {EncodedArray} array */
const bare = ({ dtype, bdata }) => ({ dtype, bdata });

/** The text of a session. @param {Session} session */
export function packSession(session) {
  const { past, future, pins } = session;
  for (let steps = past.length; ; steps = Math.floor(steps / 2)) {
    const text = packWith(session, past.slice(past.length - steps), steps || !past.length ? future : []);
    if (text.length <= LONGEST) return text;
    if (!steps) break;
  }
  const base = { ...session.base, ghosts: [] };
  for (let count = pins.length; count; count = Math.floor(count / 2)) {
    const text = packWith({ base, pins: pins.slice(0, count) }, [], []);
    if (text.length <= LONGEST) return text;
  }
  return packWith({ base, pins: [] }, [], []);
}

/** @param {{ base: Run, pins: Pin[] }} session @param {Run[]} past @param {Run[]} future */
function packWith({ base, pins }, past, future) {
  /** @type {unknown[]} */
  const parts = [];
  /** @type {Map<string, number>} */
  const places = new Map();
  /** @type {PlainRun[]} */
  const runs = [];
  /** @type {Map<Run, number>} */
  const numbers = new Map();

  /** @param {unknown} part */
  function place(part) {
    const text = textOf(part);
    const at = places.get(text) ?? parts.push(part) - 1;
    places.set(text, at);
    return at;
  }

  /**
   * A run's number; with its ghosts where it can be restored as it was.
   * @param {Run} run
   * @param {boolean} whole
   * @returns {number}
   */
  function number(run, whole) {
    const at = numbers.get(run) ?? runs.push(plain(run)) - 1;
    numbers.set(run, at);
    if (whole && !runs[at].ghosts) {
      runs[at].ghosts = [];
      runs[at].ghosts = run.ghosts.map((ghost) => number(ghost, false));
    }
    return at;
  }

  /** @param {Run} run */
  function plain({ ghosts, ghost, experiment, ...rest }) {
    const shared = Object.fromEntries(SHARED.map((name) => [name, place(experiment[name])]));
    return {
      ...rest,
      ghost: { ...ghost, x: bare(ghost.x), y: bare(ghost.y) },
      experiment: { ...experiment, ...shared },
    };
  }

  /** @param {Run} run */
  const whole = (run) => number(run, true);
  const plan = {
    version: VERSION,
    base: whole(base),
    past: past.map(whole),
    future: future.map(whole),
    pins: pins.map((pin) => ({ ...pin, run: number(pin.run, false) })),
  };
  return JSON.stringify({ ...plan, runs, parts });
}

/**
 * The session again, shared parts shared again; null for what this page has not written.
 * @param {?PlainSession} plain
 * @returns {?Session}
 */
export function unpackSession(plain) {
  if (!plain || plain.version !== VERSION) return null;
  const runs = plain.runs.map(({ experiment, ...rest }) => {
    const shared = Object.fromEntries(SHARED.map((name) => [name, plain.parts[Number(experiment[name])]]));
    return /** @type {Run} */ (/** @type {unknown} */ ({ ...rest, experiment: { ...experiment, ...shared } }));
  });
  /** @param {number} number */
  const at = (number) => runs[number];
  runs.forEach((run, k) => (run.ghosts = (plain.runs[k].ghosts || []).map(at)));
  return {
    base: at(plain.base),
    past: plain.past.map(at),
    future: plain.future.map(at),
    pins: plain.pins.map((pin) => ({ ...pin, run: at(pin.run) })),
  };
}
