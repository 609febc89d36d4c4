/* This tab: its name, under which the server keeps its checkpoint, and what a reload goes on with. */
(function (nnbench) {
  "use strict";

  const NAME = "nnbench-tab";
  const BENCH = "nnbench-bench";
  const REST = 1000;

  /* A browser that keeps nothing still works; it starts afresh after a reload. */
  function keep(key, text) {
    try {
      sessionStorage.setItem(key, text);
    } catch (refused) {
      console.info("This browser keeps nothing between reloads.");
    }
  }

  function kept(key) {
    try {
      return sessionStorage.getItem(key);
    } catch (refused) {
      return null;
    }
  }

  const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");

  /* The tab's name. A duplicated tab comes with a copy of it: the copy hears so, takes another name, and says it to `renamed`. */
  function wake(renamed) {
    let name = kept(NAME) || fresh();
    keep(NAME, name);
    const channel = new BroadcastChannel("nnbench"), me = fresh();
    channel.onmessage = ({ data }) => {
      if (data.tab !== name || data.from === me) return;
      if (!data.taken) {
        channel.postMessage({ tab: name, from: me, taken: true });
        return;
      }
      name = fresh();
      keep(NAME, name);
      renamed(name);
    };
    channel.postMessage({ tab: name, from: me, taken: false });
    return name;
  }

  let unsaved = null;
  let resting = null;

  /* What a reload goes on with. It may be long, so it is written when the hand has rested, at the latest when the page goes. */
  function remember(make) {
    unsaved = make;
    clearTimeout(resting);
    resting = setTimeout(write, REST);
  }

  function write() {
    const make = unsaved;
    unsaved = null;
    if (make) keep(BENCH, make());
  }

  function remembered() {
    try {
      return JSON.parse(kept(BENCH));
    } catch (broken) {
      return null;
    }
  }

  window.addEventListener("pagehide", write);

  nnbench.tab = { wake, remember, remembered };
})((window.nnbench = window.nnbench || {}));
