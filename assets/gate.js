/* The gate: how many requests are under way, and which goes next.

   Three slots, each with a request and an answer of its own, so that Dash never throws an answer away because a newer request was
   sent. The newest value goes next. Acts that change the checkpoint go alone and in order, before any knob. A slot frees itself when its
   answer comes, or after five seconds: then the connection counts as lost, and the newest value goes out again. While the gate rests,
   nothing leaves. */
(function (nnbench) {
  "use strict";

  const SLOTS = 3;
  const EXPIRES = 5000;
  const SLOW = 150;

  class Gate {
    /* send(slot, request) posts; onSlow and onLost are told when an answer is slow or does not come at all. */
    constructor(send, onSlow, onLost) {
      this.send = send;
      this.onSlow = onSlow;
      this.onLost = onLost;
      this.serial = Date.now();
      this.slots = new Array(SLOTS).fill(null);
      this.acts = [];
      this.turned = null;
      this.resting = false;
    }

    /* The newest state of the knobs; make() is called when the request really leaves. */
    turn(make) {
      this.turned = make;
      this.pump();
    }

    act(make) {
      this.acts.push(make);
      this.pump();
    }

    get idle() {
      return !this.turned && !this.acts.length && this.slots.every((slot) => !slot);
    }

    pump() {
      if (this.resting) return;
      const acting = this.slots.some((slot) => slot && slot.alone);
      while (!acting && (this.acts.length || this.turned)) {
        const free = this.slots.indexOf(null);
        if (free < 0) return;
        const alone = this.acts.length > 0;
        const make = alone ? this.acts.shift() : this.turned;
        if (!alone) this.turned = null;
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

    /* An answer has come: its slot is free, and the newest value may go. */
    answered(serial) {
      const index = this.indexOf(serial);
      if (index >= 0) this.release(index);
    }

    /* No answer will come: the slot is free, and what it asked goes again, or never. */
    failed(serial, again) {
      const index = this.indexOf(serial);
      if (index < 0) return;
      const slot = this.slots[index];
      this.release(index);
      if (!again) return;
      if (slot.alone) this.acts.unshift(slot.make);
      else this.turned = this.turned || slot.make;
    }

    rest() {
      this.resting = true;
    }

    wake() {
      this.resting = false;
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

  nnbench.Gate = Gate;
})((window.nnbench = window.nnbench || {}));
