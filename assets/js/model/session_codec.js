/**
 * The page's memory as one text, for this tab to go on with after a reload: its run, its pins, its ghosts, and what can
 * be undone, each as an experiment with its curve. Layers, weights and tables that many runs share are written once.
 * The text is bounded: when it grows too long, the oldest steps go first, then the pins, the latest first, and at last
 * all but the run itself.
 */

const VERSION = 1;
const LONGEST = 1500000;
const SHARED = ["layers", "weights", "inputs", "ideal"];

/** Texts of parts that were written before, by the part itself. */
const texts = new WeakMap();

function textOf(part) {
  if (typeof part !== "object" || part === null) return JSON.stringify(part);
  if (!texts.has(part)) texts.set(part, JSON.stringify(part));
  return texts.get(part);
}

/** An array as it came, without what Plotly notes in it. */
const bare = ({ dtype, bdata }) => ({ dtype, bdata });

/** The text of a session: { base, past, future, pins }. */
export function packSession(session) {
  const { past, future, pins } = session;
  for (let steps = past.length; ; steps = Math.floor(steps / 2)) {
    const text = packWith(session, past.slice(past.length - steps), steps ? future : []);
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

function packWith({ base, pins }, past, future) {
  const parts = [];
  const places = new Map();
  const runs = [];
  const numbers = new Map();

  function place(part) {
    const text = textOf(part);
    if (!places.has(text)) places.set(text, parts.push(part) - 1);
    return places.get(text);
  }

  /** A run's number; with its ghosts where it can be restored as it was. */
  function number(run, whole) {
    if (!numbers.has(run)) numbers.set(run, runs.push(plain(run)) - 1);
    const at = numbers.get(run);
    if (whole && !runs[at].ghosts) {
      runs[at].ghosts = [];
      runs[at].ghosts = run.ghosts.map((ghost) => number(ghost, false));
    }
    return at;
  }

  function plain({ ghosts, ghost, experiment, ...rest }) {
    const shared = Object.fromEntries(SHARED.map((name) => [name, place(experiment[name])]));
    return {
      ...rest,
      ghost: { ...ghost, x: bare(ghost.x), y: bare(ghost.y) },
      experiment: { ...experiment, ...shared },
    };
  }

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

/** The session again, shared parts shared again; null for what this page has not written. */
export function unpackSession(plain) {
  if (!plain || plain.version !== VERSION) return null;
  const runs = plain.runs.map(({ experiment, ghosts, ...rest }) => {
    const shared = Object.fromEntries(SHARED.map((name) => [name, plain.parts[experiment[name]]]));
    return { ...rest, experiment: { ...experiment, ...shared }, ghosts: ghosts || [] };
  });
  runs.forEach((run) => (run.ghosts = run.ghosts.map((at) => runs[at])));
  const at = (number) => runs[number];
  return {
    base: at(plain.base),
    past: plain.past.map(at),
    future: plain.future.map(at),
    pins: plain.pins.map((pin) => ({ ...pin, run: at(pin.run) })),
  };
}
