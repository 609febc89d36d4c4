/**
 * Runs modules of the page for `node.py`. A line of JSON in is the joined modules, the body of a function with its
 * arguments, or the question which ranges of the modules ran; a line out is the value. The globals are those that
 * modules without elements use.
 */

import { Session } from "node:inspector/promises";
import { createInterface } from "node:readline";
import { runInThisContext } from "node:vm";

const [constants] = process.argv.slice(2);
const stored = new Map();
const errors = [];

globalThis.window = globalThis;
globalThis.document = {
  documentElement: { dataset: {}, getAttribute: () => "light" },
  getElementById: () => ({ textContent: constants }),
};
globalThis.sessionStorage = { getItem: (key) => stored.get(key) ?? null, setItem: (key, text) => stored.set(key, text) };
globalThis.location = { search: "" };
globalThis.addEventListener = () => {};
globalThis.matchMedia = () => ({ matches: false, addEventListener: () => {} });
globalThis.XMLHttpRequest = class {
  #headers = {};

  open(method, address) {
    Object.assign(this, { method, address });
  }

  setRequestHeader(name, value) {
    this.#headers[name] = value;
  }

  /** By `fetch`, which tests put their own in place of. */
  send(body) {
    const whole = async ({ status, headers, json }) => {
      Object.assign(this, { status, response: await json(), getResponseHeader: (name) => headers.get(name) });
      this.onload();
    };
    fetch(this.address, { method: this.method, headers: this.#headers, body }).then(whole, () => this.onerror());
  }
};
process.on("unhandledRejection", (error) => errors.push(error.stack));
console.error = (...words) => errors.push(words.join(" "));

/** A value as WebDriver returns it: typed arrays are arrays, and undefined is null. */
const plain = (_, value) => (ArrayBuffer.isView(value) ? [...value] : value);

let profiler = null;
let name = "";

async function startCounting() {
  profiler = new Session();
  profiler.connect();
  await profiler.post("Profiler.enable");
  await profiler.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
}

async function functionsThatRan() {
  const { result } = await profiler.post("Profiler.takePreciseCoverage");
  return result.find(({ url }) => url === name)?.functions ?? [];
}

async function valueOf({ modules, script, given }) {
  if (modules) {
    name += "nnbench.js"; // each has a name of its own, or its functions were counted as those of the one before
    return void (window.nnbench = runInThisContext(modules, { filename: name }));
  }
  return script ? new Function(script)(...given) : functionsThatRan();
}

async function answer(request) {
  try {
    const value = await valueOf(request);
    return { value: value ?? null, errors: errors.splice(0) };
  } catch (error) {
    return { thrown: error.stack };
  }
}

if (process.env.SCRIPT_COVERAGE) await startCounting();
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)), plain)}\n`);
}
process.exit();
