/** The place where phones find the bench: the page's own address, unless that leads each phone to itself. */

import { isOwnHost } from "../js/lib/own_host.js";
import { prefix } from "./state.js";
import { say } from "./words.js";

/** @typedef {{ instead: string, listens: boolean, within: boolean }} Server The page's knowledge of its server. */
/**
 * @typedef {object} Reached
 * @property {string} base The address of the bench for phones, up to its last slash; empty where none is known.
 * @property {string} note A sentence where it is not that of the page.
 */

/** @param {Server} server @param {{ origin: string, host: string, hostname: string }} here @returns {Reached} */
export function placeOf({ instead, listens, within }, { origin, host, hostname } = location) {
  if (!within && !isOwnHost(hostname)) return { base: origin + prefix, note: "" };
  if (instead) return { base: instead + prefix, note: say("phones_instead", { here: host, address: instead }) };
  const why = within ? "phones_within" : listens ? "phones_elsewhere" : "phones_never";
  return { base: "", note: say(why, { here: host }) };
}

/** An address as people type it. @param {string} address */
export const typed = (address) => address.replace(/^https?:\/\//, "");
