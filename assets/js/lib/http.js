/**
 * Addresses beside this page, and JSON sent to them. Where a browser keeps no cookie of a framed page, the server sends
 * the session's id in a header, and the page keeps it for as long as it is open.
 */

import { byId, isFramed } from "./dom.js";
import { isLineSlow } from "./line_speed.js";

const SESSION = "X-Session";
/** It says to the server which class this browser has a seat in, so that it is not counted by its address. */
const CLASS = "X-Class";
const CODE = /^[B-DF-HJ-NP-TV-XZ]{6}$/;
const TASK = /^([\w.-]{1,200})\.([0-9]{1,2})$/;
const JSON_HEADERS = { "Content-Type": "application/json" };
/** It says to the server that bytes cost time here. */
const SAVE_DATA = { "Save-Data": "on" };

/** Too many requests, or no room: the server says when to come again. */
const TRY_AGAIN = [429, 503];

/** An address beside this page, whatever the sub-path. @param {string} path */
export function addressOf(path) {
  return JSON.parse(byId("_dash-config").textContent).requests_pathname_prefix + path;
}

/** The code of the class that the address names; "" for none. */
export function classCode() {
  const code = new URLSearchParams(location.search).get("class") ?? "";
  return CODE.test(code) ? code : "";
}

/** The task that the address names: its lesson and its step from 1; null for none. */
export function taskOfAddress() {
  const named = TASK.exec(new URLSearchParams(location.search).get("task") ?? "");
  return named && { lesson: named[1], step: Number(named[2]) };
}

let session = "";

/** Whether this page keeps the session's id itself, because the browser keeps no cookie. */
export const isSessionKeptHere = () => session !== "";

/** Headers with those that say whose request it is. @param {RequestInit["headers"]} [headers] */
const ownHeaders = (headers) => ({
  .../** @type {Record<string, string>} */ (headers),
  ...(isFramed ? { [SESSION]: session } : {}),
  ...(isLineSlow() ? SAVE_DATA : {}),
  ...(classCode() ? { [CLASS]: classCode() } : {}),
});

/** `fetch` of an address beside this page. @param {string} path @param {RequestInit} [options] */
export async function ask(path, options = {}) {
  const response = await fetch(addressOf(path), { ...options, headers: ownHeaders(options.headers) });
  session = response.headers.get(SESSION) || session;
  return response;
}

/**
 * The response to a body sent as JSON; null when the server cannot be reached, or `signal` has ended the request.
 * @param {string} path
 * @param {unknown} body
 * @param {AbortSignal} [signal]
 */
export function postJson(path, body, signal) {
  const options = { method: "POST", headers: JSON_HEADERS, body: JSON.stringify(body), signal };
  return ask(path, options).catch(() => null);
}

/**
 * The parts of a `Response` that are read here.
 * @typedef {Pick<Response, "ok" | "status" | "json"> & { headers: Pick<Headers, "get"> }} Reply
 */

/**
 * Like `postJson`, but the whole reply comes in one task of the page's thread: `fetch` needs several, and each of them
 * waits behind the frames of a page that draws.
 * @param {string} path
 * @param {unknown} body
 * @returns {Promise<?Reply>}
 */
export function postAtOnce(path, body) {
  const request = new XMLHttpRequest();
  request.open("POST", addressOf(path));
  request.responseType = "json";
  for (const [name, value] of Object.entries(ownHeaders(JSON_HEADERS))) request.setRequestHeader(name, value);
  return new Promise((resolve) => {
    request.onload = () => {
      const { status } = request;
      session = request.getResponseHeader(SESSION) || session;
      resolve({
        ok: status >= 200 && status < 300,
        status,
        headers: { get: (name) => request.getResponseHeader(name) },
        json: async () => request.response,
      });
    };
    request.onerror = () => resolve(null);
    request.send(JSON.stringify(body));
  });
}

/** The JSON of a response, whatever its status; null where there is none. @param {?Reply} response */
export const jsonOf = async (response) => (response ? response.json().catch(() => null) : null);

/** The JSON of a successful response, else null. @param {?Reply} response */
export const jsonIfOk = async (response) => (response && response.ok ? jsonOf(response) : null);

/** Seconds until the same request may be sent again; null where it may not. @param {?Reply} response */
export function retryAfter(response) {
  if (!response || !TRY_AGAIN.includes(response.status)) return null;
  return Number(response.headers.get("Retry-After")) || 1;
}

/** @param {number} milliseconds */
export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

const LONGEST_WAIT = 4;
/** The most by which a wait is longer by chance, as a part of it. */
const SPREAD = 0.5;

/**
 * Seconds to wait before the next of several tries: twice as long each time, up to four seconds, and up to half as long
 * again by chance, so that pages that were refused together do not come back together.
 * @param {number} seconds
 * @param {number} tries
 */
export function backOff(seconds, tries) {
  const wait = Math.max(seconds, Math.min(LONGEST_WAIT, seconds * 2 ** tries));
  return wait * (1 + SPREAD * Math.random());
}
