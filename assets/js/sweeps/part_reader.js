/**
 * The parts of a large sweep that are drawn and read: one that is drawn coarse is read finer once it is seen so.
 * @import { OpenedSweep } from "./opened_sweep.js"
 * @import { Cube, Layout, PartCube } from "../cube/types.js"
 * @import { Job, Listeners, SweepReply } from "./types.js"
 */

import { constants } from "../core/constants.js";
import { fillWhole } from "../cube/loss_cube.js";
import { result } from "./opened_sweep.js";
import { lossesLeft } from "./run_filter.js";
import { cubeLike, cubeOfPart, finestCube, partQuery, partSeen } from "./sweep_parts.js";
import { followSweep } from "./sweep_requests.js";

const { mostOfMap, mostOfPart } = constants.sweeps;
/** The number of parts that stay with the page. */
const MOST_PARTS = 6;
/** Milliseconds that a view stays as it is before its part is read. */
const SETTLED = 120;
/** Percent of the pieces that the server has read, from which on it keeps up with a sweep that is made. */
const NEARLY_ALL = 95;

/** The part that the view needs. @type {PartCube} */
let needed;
/** The part that is followed. @type {?PartCube} */
let followed = null;
let leave = () => {};
let timer = 0;

/** Whether a sweep is read in parts. @param {Layout} whole */
export const isLarge = (whole) => whole !== null && whole.size > mostOfMap;

/** Turns to the part that is drawn: the one that the view needs, or until that is read the finest of the others. */
export function turnToPart() {
  const { whole, view, range, parts } = result;
  const seen = partSeen(whole, view, range, mostOfPart);
  const known = needed && needed.whole === whole ? [...parts, needed] : parts;
  needed = cubeLike(known, seen, whole, view, range) || cubeOfPart(whole, seen);
  const drawn = parts.includes(needed) ? needed : finestCube(parts, whole, view, range) || needed;
  drawn.left = lossesLeft(result.filter);
  result.cube = drawn;
  if (parts.includes(drawn)) remember(drawn);
}

/** Those that were drawn or read last stay. @param {PartCube} cube */
const remember = (cube) => (result.parts = [cube, ...result.parts.filter((one) => one !== cube)].slice(0, MOST_PARTS));

/** Whether a part has all runs that there will be. @param {Cube} cube @param {?Job} job */
const isRead = ({ upTo }, job) => upTo > 0 && job !== null && job.state !== "wanted" && upTo >= job.stored;

/**
 * Reads the part that the view needs once it stays as it is; `listeners` are those of the sweep.
 * @param {Listeners} listeners
 */
export function readPart(listeners) {
  clearTimeout(timer);
  if (needed === followed || isRead(needed, result.job)) return;
  timer = setTimeout(() => followPart(needed, listeners), followed ? SETTLED : 0);
}

/** @param {PartCube} cube @param {Listeners} listeners */
function followPart(cube, listeners) {
  leave();
  followed = cube;
  /** @param {SweepReply} reply */
  const take = (reply) => takePart(cube, reply, listeners.take);
  /** @param {string} sentence */
  const gone = (sentence) => {
    cube.isGone = true;
    listeners.gone(sentence);
  };
  leave = followSweep(result.id, cube.upTo, { ...listeners, take, gone }, partQuery(cube));
}

/** @param {PartCube} cube @param {SweepReply} reply @param {Listeners["take"]} take */
function takePart(cube, reply, take) {
  if (reply.losses) {
    fillWhole(cube, reply.losses);
    cube.upTo = reply.next;
    remember(cube);
  }
  return take(reply);
}

/** Reads no more. */
export function leaveParts() {
  clearTimeout(timer);
  leave();
  followed = null;
}

/**
 * The reading that goes on for the view, in a sentence: "" once it has all that it needs.
 * @param {OpenedSweep} openedSweep
 */
export function readingText({ job, filled }) {
  if (!job.stored || needed.isGone || isRead(needed, job)) return "";
  const share = Math.floor((100 * (filled ?? 0)) / job.stored);
  if (filled !== null && share < NEARLY_ALL) return `The server reads the runs of this map: ${share} %.`;
  return needed.upTo > 0 && job.state === "wanted" ? "" : "More runs are read for this view.";
}
