/**
 * How many requests are under way, and which goes next.
 *
 * Five slots, each with a request and a response of its own, so that Dash never throws a response away because a newer
 * request was sent. The newest value goes next; one slot is kept free of values that pass, so that the one at which a
 * knob is let go never waits. Actions that change the checkpoint go alone and in order, before any knob. A slot
 * frees itself when its response comes, or after five seconds: then the connection counts as lost, and the newest value
 * goes out again. While the queue is paused, nothing leaves.
 */

const SLOTS = 5;
const FOR_PASSING = 4;
const EXPIRES = 5000;
const SLOW = 150;

export class RequestQueue {
  /** send(slot, request) posts; onSlow and onLost are called when a response is slow or does not come at all. */
  constructor(send, onSlow, onLost) {
    this.send = send;
    this.onSlow = onSlow;
    this.onLost = onLost;
    this.serial = Date.now();
    this.slots = Array.from({ length: SLOTS }, () => null);
    this.actions = [];
    this.newest = null;
    this.passes = false;
    this.paused = false;
  }

  /** The newest state of the knobs, which may be about to pass; make() is called when the request really leaves. */
  turn(make, passes = false) {
    this.newest = make;
    this.passes = passes;
    this.pump();
  }

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
      this.post(free, make, alone);
      if (alone) return;
    }
  }

  post(index, make, alone) {
    const request = Object.assign({ serial: ++this.serial }, make());
    const slot = { serial: request.serial, alone, make, sent: performance.now() };
    slot.slow = setTimeout(() => this.onSlow(), SLOW);
    slot.lost = setTimeout(() => this.expire(request.serial), EXPIRES);
    this.slots[index] = slot;
    this.send(index, request);
  }

  /** A response has come: its slot is free, and the newest value may go. */
  answered(serial) {
    const index = this.indexOf(serial);
    if (index >= 0) this.release(index);
  }

  /** No response will come: the slot is free, and its request goes again, or never. */
  failed(serial, again) {
    const index = this.indexOf(serial);
    if (index < 0) return;
    const slot = this.slots[index];
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

  indexOf(serial) {
    return this.slots.findIndex((slot) => slot && slot.serial === serial);
  }

  release(index) {
    const slot = this.slots[index];
    clearTimeout(slot.slow);
    clearTimeout(slot.lost);
    this.slots[index] = null;
  }

  expire(serial) {
    if (this.indexOf(serial) < 0) return;
    this.failed(serial, true);
    this.onLost();
  }
}
