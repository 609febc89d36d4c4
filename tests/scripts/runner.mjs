/**
 * Runs modules of the page for `node.py`: a line of JSON in is a script with its arguments, a line out what it returns.
 * The globals are those that modules without elements use.
 */

import { createInterface } from "node:readline";

const [constants] = process.argv.slice(2);
const stored = new Map();
const errors = [];

globalThis.window = globalThis;
globalThis.document = { getElementById: () => ({ textContent: constants }) };
globalThis.sessionStorage = { getItem: (key) => stored.get(key) ?? null, setItem: (key, text) => stored.set(key, text) };
globalThis.addEventListener = () => {};
process.on("unhandledRejection", (error) => errors.push(error.stack));
console.error = (...words) => errors.push(words.join(" "));

/** What WebDriver makes of a value: typed arrays are arrays, and undefined is null. */
const plain = (_, value) => (ArrayBuffer.isView(value) ? [...value] : value);

async function answer({ script, given }) {
  try {
    const value = await new Function(script)(...given);
    return { value: value ?? null, errors: errors.splice(0) };
  } catch (error) {
    return { thrown: error.stack };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)), plain)}\n`);
}
