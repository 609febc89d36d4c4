/** This tab: its id, under which the server stores its checkpoint, and what a reload goes on with. */

const TAB = "nnbench-tab";
const SESSION = "nnbench-bench";
const REST = 1000;

/** A browser that stores nothing still works; it starts afresh after a reload. */
function write(key, text) {
  try {
    sessionStorage.setItem(key, text);
  } catch {
    console.info("This browser keeps nothing between reloads.");
  }
}

function read(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

const randomId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");

/**
 * The tab's id. A duplicated tab comes with a copy of it: the copy hears so, takes another id, and passes it to
 * `renamed`.
 */
export function claimTab(renamed) {
  let tab = read(TAB) || randomId();
  write(TAB, tab);
  const channel = new BroadcastChannel("nnbench");
  const me = randomId();
  channel.onmessage = ({ data }) => {
    if (data.tab !== tab || data.from === me) return;
    if (!data.taken) {
      channel.postMessage({ tab, from: me, taken: true });
      return;
    }
    tab = randomId();
    write(TAB, tab);
    renamed(tab);
  };
  channel.postMessage({ tab, from: me, taken: false });
  return tab;
}

let unwritten = null;
let timer = null;

/**
 * What a reload goes on with. It may be long, so it is written after a second without a change, at the latest when the
 * page goes.
 */
export function storeLater(make) {
  unwritten = make;
  clearTimeout(timer);
  timer = setTimeout(writeSession, REST);
}

function writeSession() {
  const make = unwritten;
  unwritten = null;
  if (make) write(SESSION, make());
}

export function storedSession() {
  try {
    return JSON.parse(read(SESSION));
  } catch {
    return null;
  }
}

export function installTabStorage() {
  window.addEventListener("pagehide", writeSession);
}
