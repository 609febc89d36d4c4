/**
 * The queue of requests: how many are under way, and which goes next.
 *
 * Six slots, as many as a browser has connections, each with a request and a response of its own, so that Dash never
 * throws a response away because a newer request was sent. The newest value goes next; one slot is kept free of values
 * that pass, so that the one at which a knob is let go never waits. Actions that change the checkpoint go alone and in
 * order, before any knob. A slot frees itself when its response comes, or after five seconds: then the connection
 * counts as lost, and the newest value goes out again. While the queue is paused, nothing leaves.
 */

/** @import { RunRequest } from "../core/types.js" */

const SLOTS = 6;
const FOR_PASSING = 5;
const EXPIRES = 5000;
const SLOW = 150;

/**
 * @typedef {RunRequest & { serial: number }} Sent
 * @typedef {() => RunRequest} Make Makes a request when it really leaves.
 * @typedef {object} Slot
 * @property {number} serial
 * @property {boolean} alone
 * @property {Make} make
 * @property {number} sent
 * @property {number} slow A timer, as `lost` is.
 * @property {number} lost
 */

export class RequestQueue {
  /**
   * `onSlow` and `onLost` are called when a response is slow or does not come at all.
   * @param {(slot: number, request: Sent) => unknown} send Posts the request.
   * @param {() => void} onSlow
   * @param {() => void} onLost
   */
  constructor(send, onSlow, onLost) {
    this.send = send;
    this.onSlow = onSlow;
    this.onLost = onLost;
    this.serial = Date.now();
    /** @type {(?Slot)[]} */
    this.slots = Array.from({ length: SLOTS }, () => null);
    /** @type {Make[]} */
    this.actions = [];
    /** @type {?Make} */
    this.newest = null;
    this.passes = false;
    this.paused = false;
  }

  /** The newest state of the knobs, which may be about to pass. @param {Make} make @param {boolean} [passes] */
  turn(make, passes = false) {
    this.newest = make;
    this.passes = passes;
    this.pump();
  }

  /** @param {Make} make */
  act(make) {
    this.actions.push(make);
    this.pump();
  }

  /** Whether an action that changes the checkpoint is under way, or waits. */
  get acting() {
    return this.actions.length > 0 || this.slots.some((slot) => slot && slot.alone);
  }

  get idle() {
    return !this.newest && !this.actions.length && this.slots.every((slot) => !slot);
  }

  pump() {
    if (this.paused) return;
    const acting = this.slots.some((slot) => slot && slot.alone);
    while (!acting && (this.actions.length || this.newest)) {
      const free = this.slots.indexOf(null);
      const alone = this.actions.length > 0;
      if (free < 0 || (free >= FOR_PASSING && this.passes && !alone)) return;
      const make = alone ? this.actions.shift() : this.newest;
      if (!alone) this.newest = null;
      if (make) this.post(free, make, alone);
      if (alone) return;
    }
  }

  /** @param {number} index @param {Make} make @param {boolean} alone */
  post(index, make, alone) {
    const request = Object.assign({ serial: ++this.serial }, make());
    const slow = setTimeout(() => this.onSlow(), SLOW);
    const lost = setTimeout(() => this.expire(request.serial), EXPIRES);
    this.slots[index] = { serial: request.serial, alone, make, sent: performance.now(), slow, lost };
    this.send(index, request);
  }

  /** A response has come: its slot is free, and the newest value may go. @param {number} serial */
  answered(serial) {
    const index = this.indexOf(serial);
    if (index >= 0) this.release(index);
  }

  /**
   * No response will come: the slot is free, and its request goes again, or never.
   * @param {number} serial
   * @param {unknown} again
   */
  failed(serial, again) {
    const index = this.indexOf(serial);
    const slot = this.slots[index];
    if (!slot) return;
    this.release(index);
    if (!again) return;
    if (slot.alone) this.actions.unshift(slot.make);
    else this.newest = this.newest || slot.make;
  }

  pause() {
    this.paused = true;
  }

  resume() {
    this.paused = false;
    this.pump();
  }

  /** @param {number} serial */
  indexOf(serial) {
    return this.slots.findIndex((slot) => slot && slot.serial === serial);
  }

  /** @param {number} index */
  release(index) {
    const slot = this.slots[index];
    clearTimeout(slot?.slow);
    clearTimeout(slot?.lost);
    this.slots[index] = null;
  }

  /** @param {number} serial */
  expire(serial) {
    if (this.indexOf(serial) < 0) return;
    this.failed(serial, true);
    this.onLost();
  }
}
