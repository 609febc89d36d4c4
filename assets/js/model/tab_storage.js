/** This tab: its id, under which the server stores its checkpoint, and what a reload goes on with. */

import { isFramed } from "../lib/dom.js";
import { recall, remember } from "../lib/storage.js";
import { constants } from "../core/constants.js";

const TAB = "nnbench-tab";
const SESSION = constants.session.key;
const ADDRESSES = "nnbench-addresses";
const SWEEP = "nnbench-sweep";
const BEFORE_STORY = "nnbench-before-story";
const MOST_ADDRESSES = 20;

/**
 * Frames of one page would share what the tab stores, so a framed page stores nothing, and starts from its link.
 * @param {string} key
 * @param {string} text
 */
const write = (key, text) => isFramed || remember(sessionStorage, key, text);

/** @param {string} key */
const read = (key) => (isFramed ? null : sessionStorage.getItem(key));

/** @param {string} key */
const readJson = (key) => (isFramed ? null : recall(sessionStorage, key));

const randomId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");

/**
 * The tab's id. A duplicated tab comes with a copy of it: the copy hears so, takes another id, and passes it to
 * `renamed`. A page that comes back as it was left does too, for a later one of the tab had this id meanwhile.
 * @param {(tab: string) => void} renamed
 */
export function claimTab(renamed) {
  let tab = read(TAB) || randomId();
  write(TAB, tab);
  const channel = new BroadcastChannel("nnbench");
  const me = randomId();
  const rename = () => {
    tab = randomId();
    write(TAB, tab);
    renamed(tab);
  };
  channel.onmessage = ({ data }) => {
    if (data.tab !== tab || data.from === me) return;
    if (data.taken) rename();
    else channel.postMessage({ tab, from: me, taken: true });
  };
  window.addEventListener("pageshow", ({ persisted }) => persisted && rename());
  channel.postMessage({ tab, from: me, taken: false });
  return tab;
}

/** @type {?(() => string)} */
let unwritten = null;
let timer = 0;

/**
 * Stores what a reload goes on with, as soon as the run is drawn. When the page goes would be too late: a browser does
 * not wait for a page that is busy then, and the next one would read what was written before.
 * @param {() => string} make
 */
export function storeLater(make) {
  unwritten = make;
  clearTimeout(timer);
  timer = setTimeout(writeSession);
}

function writeSession() {
  const make = unwritten;
  unwritten = null;
  if (make) write(SESSION, make());
}

export const storedSession = () => readJson(SESSION);

/** The sweep that was looked at last, or "". */
export const storedSweep = () => read(SWEEP) || "";
/** @param {string} id */
export const storeSweep = (id) => write(SWEEP, id);

/**
 * The bench as the story found it.
 * @typedef {{ run: string, view: string }} Bench The fingerprint of its run, and its view.
 */

/** @type {() => ?Bench} */
export const storedBeforeStory = () => readJson(BEFORE_STORY);
/** @param {?Bench} bench */
export const storeBeforeStory = (bench) => write(BEFORE_STORY, JSON.stringify(bench));

/** @returns {string[]} */
const storedAddresses = () => readJson(ADDRESSES) || [];

/** Remembers a query that the page has written into the address bar. @param {string} search */
export function storeAddress(search) {
  const others = storedAddresses().filter((address) => address !== search);
  write(ADDRESSES, JSON.stringify([search, ...others].slice(0, MOST_ADDRESSES)));
}

/**
 * Whether this tab goes on at an address that the page has written itself. `history.state` says so too, but a browser
 * loses it, and the newest addresses, when a page is too busy at a reload.
 * @param {string} search
 */
export function isOwnAddress(search) {
  if (!storedSession()) return false;
  if (history.state !== null) return true;
  const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  return navigation?.type === "reload" && storedAddresses().includes(search);
}

export function installTabStorage() {
  window.addEventListener("pagehide", writeSession);
}
