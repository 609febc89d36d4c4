/**
 * The state of a class. A page asks for it every second: at once when it is seen again, not while it is hidden, and
 * less often while the server does not answer. A state of an earlier phase is ignored.
 */

import { constants } from "../js/core/constants.js";
import { say } from "./words.js";

/**
 * @typedef {object} ClassState The state that all of a class sees.
 * @property {string} code
 * @property {number} n The number of the phase, which only rises.
 * @property {"lobby" | "first" | "talk" | "second" | "reveal" | "over"} phase
 * @property {string} title
 * @property {string} lang
 * @property {number} step From 1; 0 in the lobby.
 * @property {number} of
 * @property {number} in The seats.
 * @property {number} got The answers of the latest round.
 * @property {boolean} locked
 * @property {number} ends Seconds since the epoch.
 * @property {import("./types.js").Ask | import("./types.js").HuntAsk} [ask]
 * @property {import("./types.js").Shown} [shown]
 * @property {import("./control_view.js").Teacher} [teacher] With the teacher's key alone.
 */

/**
 * @typedef {object} Follower
 * @property {() => void} look Asks at once.
 * @property {(state: ClassState) => void} take Shows a state that came as the response to a request.
 * @property {() => void} stop Asks no more.
 */

/** The sub-path of the bench, with a slash at both ends. */
export const prefix = /** @type {{ prefix: string }} */ (/** @type {unknown} */ (constants)).prefix;

const SECOND = 1000;
/** Part of a second by which a question comes earlier or later by chance, so that phones do not come all at once. */
const SPREAD = 0.3;
/** Seconds between two questions after the first failures; the last stands for all further ones. */
const PAUSES = [1, 2, 4, 8];

/** Sentences of the server come in the language of the page. */
const lang = document.documentElement.lang || "en";
const LANGUAGE = { "Accept-Language": lang };

const OK = 200;
const NOT_MODIFIED = 304;
const FORBIDDEN = 403;
const NOT_FOUND = 404;
const LATER = [429, 503];

/** Whether a refusal is one of a moment, after which the same may be asked again. @param {number} status */
export const isLater = (status) => LATER.includes(status);

/** The milliseconds until the next question. @param {number} failures @param {number} chance From 0 to 1. */
export const pauseAfter = (failures, chance) =>
  SECOND * (PAUSES[Math.min(Math.max(failures - 1, 0), PAUSES.length - 1)] + SPREAD * (2 * chance - 1));

/**
 * Follows a class for as long as the page is open.
 * @param {string} code
 * @param {object} told
 * @param {(state: ClassState) => void} told.show
 * @param {(sentence: string) => void} told.ended There is no such class (any more), or the key is none of it.
 * @param {(away: boolean) => void} told.lost Whether the server does not answer.
 * @param {Record<string, string>} [headers]
 * @returns {Follower}
 */
export function follow(code, { show, ended, lost }, headers = {}) {
  /** @type {ClassState | null} */
  let latest = null;
  let etag = "";
  let failures = 0;
  let asking = false;
  let timer = 0;

  /** @param {ClassState} state */
  function take(state) {
    if (latest !== null && (state.n < latest.n || JSON.stringify(state) === JSON.stringify(latest))) return;
    latest = state;
    show(state);
  }

  /**
   * Shows the state; or the sentence why there is none, empty where there is no such class.
   * @returns {Promise<?string>}
   */
  async function ask() {
    /** @type {Record<string, string>} */
    const known = etag ? { "If-None-Match": etag } : {};
    const response = await fetch(`${prefix}class/${code}`, {
      cache: "no-store",
      headers: { ...LANGUAGE, ...headers, ...known },
    });
    if (response.status === NOT_FOUND) return "";
    if (response.status === FORBIDDEN) return (await response.json()).error;
    if (response.status === OK) {
      const state = await response.json();
      etag = response.headers.get("ETag") ?? "";
      take(state);
    } else if (response.status !== NOT_MODIFIED) throw new Error(`${response.status}`);
    return null;
  }

  async function look() {
    clearTimeout(timer);
    if (asking || document.hidden) return;
    asking = true;
    /** @type {?string} */
    let over = null;
    try {
      over = await ask();
      failures = 0;
    } catch {
      failures += 1;
    }
    if (over !== null) return ended(over); // and nothing is asked any more
    asking = false;
    lost(failures > 1);
    timer = setTimeout(look, pauseAfter(failures, Math.random()));
  }

  document.addEventListener("visibilitychange", look);
  look();
  return {
    look,
    take,
    stop() {
      clearTimeout(timer);
      asking = true;
    },
  };
}

/** A refusal that the bench's own guards have told in English alone. @param {number} status */
const statusWords = (status) => (isLater(status) ? say("not_now") : say("no_answer_of", { status }));

/**
 * Sends a request of a class; `status` is 0 where the server cannot be reached, and `reply` then has its sentence.
 * @param {string} path
 * @param {unknown} body
 * @param {Record<string, string>} [headers]
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ status: number, reply: any }>}
 */
export async function send(path, body, headers = {}, signal) {
  try {
    const response = await fetch(prefix + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...LANGUAGE, ...headers },
      body: JSON.stringify(body),
      signal,
    });
    const { status } = response;
    const reply = await response.json();
    const isOurs = !reply.error || (response.headers.get("Content-Language") ?? "en") === lang;
    return { status, reply: isOurs ? reply : { ...reply, error: statusWords(status) } };
  } catch {
    return { status: 0, reply: { error: "" } };
  }
}
