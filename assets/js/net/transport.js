/**
 * The round trip of one slot: its request and the response. It posts what Dash's own client would post for the slot's
 * callback, and reads the response as it arrives: the way through two of Dash's stores would take a third of the time
 * between a knob and its curve.
 */

import { ask, jsonIfOk, jsonOf, pause, postAtOnce, retryAfter } from "../lib/http.js";

/** @import { RunResponse, Unfinished } from "../core/types.js" */

const RETRY = 2000;

/** @param {number} slot @param {object} value */
function envelope(slot, value) {
  const [from, to, property] = [`request-${slot}`, `answer-${slot}`, "data"];
  const inputs = [{ id: from, property, value }];
  return { output: `${to}.data`, outputs: { id: to, property }, inputs, changedPropIds: [`${from}.data`] };
}

/** @typedef {{ sentence: string, again: ?number }} Declined */

/**
 * The response to a request, as `{ response }`; or, where none will come, `{ refusal }`: what the server said and after
 * how many seconds the request may go again, or null when the server is gone.
 * @param {number} slot
 * @param {object} request
 * @returns {Promise<{ response?: RunResponse, refusal?: ?Declined }>}
 */
export async function post(slot, request) {
  const reply = await postAtOnce("_dash-update-component", envelope(slot, request));
  const body = await jsonIfOk(reply);
  if (body) return { response: body.response[`answer-${slot}`].data };
  return { refusal: reply && !reply.ok ? await refusalOf(reply) : null };
}

const NO_ROOM = 503;
const BUSY = "The bench is busy, trying again.";

/** @param {import("../lib/http.js").Reply} reply */
async function refusalOf(reply) {
  const body = await jsonOf(reply);
  const sentence = reply.status === NO_ROOM ? BUSY : (body && body.error) || "The server could not answer.";
  return { sentence, again: retryAfter(reply) };
}

/** Resolves when the server answers again. */
export async function serverAnswers() {
  const answers = () =>
    ask("healthz", { cache: "no-store" }).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await answers())) await pause(RETRY);
}

/** The number of steps that are done of the tab's latest run. @param {string} tab @returns {Promise<Unfinished>} */
export function fetchProgress(tab) {
  return ask(`progress?tab=${tab}`).then(
    (reply) => reply.json(),
    () => ({ done: 0 }),
  );
}
