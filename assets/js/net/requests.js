/**
 * The round trip. A request is made of the state and sent through the queue; its response is put into the state, and
 * signals say what is to be drawn: the curve and its words at once, the rest in the next frames. While a knob is held
 * nothing is remembered; when it is released, the run before becomes a ghost and one step of undo.
 */

import { backOff } from "../lib/http.js";
import { isLineSlow } from "../lib/line_speed.js";
import { currentTheme } from "../lib/theme.js";
import { onlyKnob } from "../core/embedding.js";
import { areMapsLarge, wantedAnswers, wantedPlane } from "../core/answers.js";
import { haveKnobs, knobsOf, sameRun } from "../core/knobs.js";
import { areDetailsPaused, drawAfterCurve, isDue, noteAsked, paced } from "../core/pacing.js";
import {
  connectionLost,
  connectionRestored,
  detailsShown,
  knobPassing,
  mapsReceived,
  noticeRaised,
  refusalsCleared,
  refused,
  requestEnded,
  runCompleted,
  runSettled,
  runShown,
  runWithheld,
  undoChanged,
  waitingChanged,
  weightsShown,
} from "../core/signals.js";
import { state } from "../core/state.js";
import { RequestQueue } from "./request_queue.js";
import { post, serverAnswers } from "./transport.js";
import { whole } from "./whole_response.js";

/**
 * @import { Experiment, Frame, Knobs, MapOptions, Refusal, Run, RunRequest, RunResponse, View } from "../core/types.js"
 */

const MOST_FRAMES = 8;

export const queue = new RequestQueue(
  (slot, request) => send(slot, request),
  () => waitingChanged.emit(true),
  () => waitForServer(),
);

/** @param {number} slot @param {import("./request_queue.js").Sent} request */
async function send(slot, request) {
  const { response, refusal } = await post(slot, request);
  if (response) receive(response);
  else fail(request.serial, refusal);
  requestEnded.emit();
}

/* Requests */

/**
 * Makes the request when it leaves.
 * @param {RunRequest["act"]} act
 * @param {Partial<RunRequest>} [more]
 * @returns {() => RunRequest}
 */
function requestOf(act, more) {
  return () => ({
    tab: state.tab,
    act,
    key: state.key,
    knobs: { ...state.knobs },
    experiment: null,
    cell: null,
    change: null,
    before: state.base && state.base.summary,
    back_to: "",
    point: null,
    view: viewOf(act),
    ...more,
  });
}

/**
 * The wanted form of the response; the axes stay while a knob is held, and where only the drawing changes.
 * @param {RunRequest["act"]} act
 * @returns {View}
 */
function viewOf(act) {
  const { shown } = state;
  const limits = shown && (state.held || (act === "turn" && isRedrawing())) ? shown.limits : null;
  const frame = shown ? shown.frame.name : "";
  const maps = isDue("maps");
  if (maps) noteAsked("maps");
  return { theme: currentTheme(), limits, maps, frame, ...placeOf(state) };
}

/**
 * The maps and the probe that are wanted: the step, the probed input, the axes, the unit on the stage, how large.
 * @param {typeof state} from
 * @returns {MapOptions}
 */
export const placeOf = ({ cursorStep, ownInput, mapAxes, unit, openedUnits, held, compared }) => ({
  step: cursorStep,
  own: ownInput,
  axes: mapAxes,
  unit,
  large: areMapsLarge(),
  opened: openedUnits,
  // Maps that pass may be rounded, and maps over a slow line; but not where words say how far two maps are apart.
  held: (held || isLineSlow()) && !compared,
  answers: wantedAnswers(),
  through: wantedPlane(),
});

/**
 * Whether the run that is asked for is the one that is shown, only drawn in another way: then its axes stay, and what
 * it is compared with.
 */
function isRedrawing() {
  const { base, shown, knobs, experiment } = state;
  return Boolean(base) && sameRun(base.summary, shown.summary) && haveKnobs(knobs, experiment);
}

export const requestRun = () => queue.turn(requestOf("turn"), state.held);

/**
 * An action that changes the checkpoint; `prepare` runs when its request leaves.
 * @param {RunRequest["act"]} act
 * @param {Partial<RunRequest>} [more]
 * @param {() => void} [prepare]
 */
export function requestAction(act, more = {}, prepare = () => {}) {
  if (CHANGES.includes(act)) {
    if (onlyKnob()) return;
    if (isLeaving()) {
      noticeRaised.emit(LEAVING);
      return;
    }
  }
  buildOnRestored();
  queue.act(() => {
    prepare();
    return requestOf(act, more)();
  });
  undoChanged.emit();
}

/** The knobs that were turned since the latest run was whole, by their names: the run on its way leaves them so. */
const turned = new Set();

/**
 * Knobs of the run that is asked for next, or that comes with the next change.
 * @param {Partial<Knobs>} knobs
 */
export function setKnobs(knobs) {
  Object.assign(state.knobs, knobs);
  Object.keys(knobs).forEach((name) => turned.add(name));
}

/**
 * A run brings its knobs, but for those that were turned meanwhile; one that a turn has brought has older ones.
 * @param {RunResponse} response
 */
function takeKnobs({ act, experiment }) {
  const settled = !state.held && queue.idle;
  if (settled) turned.clear();
  else if (act === "turn") return;
  const later = Object.entries(state.knobs).filter(([name]) => turned.has(name));
  state.knobs = { ...knobsOf(experiment), ...Object.fromEntries(later) };
}

/** A change that is asked for while undo's run is under way changes that run, and is a step of its own. */
function buildOnRestored() {
  const { restored, base } = state;
  if (!restored || !base) return;
  Object.assign(state, { base: restored, ghosts: restored.ghosts, restored: null });
}

const LEAVING = "Another experiment is on its way, so this network was left as it is.";

/** Whether another experiment than the one that is shown was asked for: no change of that one's network goes to it. */
const isLeaving = () => queue.acting && !state.withheld && Boolean(state.shown) && state.key !== state.shown.key;

/** The acts that change more than a knob. @type {RunRequest["act"][]} */
const CHANGES = ["change", "edit", "randomize", "keep"];

/**
 * Turns knobs: any of the plain ones, by their names. Where a link lets one turn a single knob, a turn of others too is
 * none; the filter only draws.
 * @param {Partial<Knobs>} knobs
 */
export function turnKnobs(knobs) {
  const free = [onlyKnob(), "filter"];
  /** @param {[string, unknown]} knob */
  const isLocked = ([name, value]) => !free.includes(name) && value !== Object(state.knobs)[name];
  if (onlyKnob() && Object.entries(knobs).some(isLocked)) return;
  setKnobs(knobs);
  if (state.restored && !haveKnobs(state.knobs, state.restored.experiment)) buildOnRestored();
  requestRun();
  if (!state.held) undoChanged.emit();
}

/**
 * A change of the network, the target, the data or the first weights: a row of the server's table, a layer, a value.
 * @param {string} what
 * @param {number} at
 * @param {unknown} value
 */
export function changeExperiment(what, at, value) {
  state.lastChange = { what, at };
  requestAction("change", { change: { do: what, at, value } });
}

/** Starts an experiment of the list afresh, and shows it at its last step. @param {string} key */
export function chooseExperiment(key) {
  if (onlyKnob()) return;
  turned.clear();
  requestAction("choose", {}, () => {
    state.key = key;
    state.cursorStep = null;
  });
}

/**
 * Opens an experiment; the filter that is chosen stays.
 * @param {{ key: string, experiment: Experiment }} to
 * @param {Partial<RunRequest>} [more]
 */
export function openExperiment({ key, experiment }, more = {}) {
  state.key = key;
  setKnobs(knobsOf(experiment, state.knobs));
  requestAction("open", { experiment, ...more });
}

/** Opens the experiment of an earlier run, which the sentence compares with the one that comes. @param {Run} run */
export const openRun = ({ key, experiment, summary }) =>
  openExperiment({ key, experiment }, { back_to: summary.fingerprint });

/**
 * The server no longer has this tab's checkpoint: it gets the experiment again, weights and all, with a change that is
 * held back.
 */
export function reopen() {
  const { experiment } = state.withheld ?? state;
  if (experiment) requestAction("open", { experiment });
  else requestAction("choose");
}

/* Responses */

/** @type {?number} */
let settledSerial = null;

/** A response, as it arrives. An older run is never shown after a newer one. @param {RunResponse} response */
export function receive(response) {
  postponements = 0;
  queue.answered(response.serial);
  // While a knob is held, its next value leaves before this one is drawn.
  if (state.held && response.loss) queue.pump();
  if (!state.shown || response.serial > (state.withheld || state.shown).serial) {
    if (response.loss) takeRun(whole(response));
    else if (response.refused) refuse(response.refused);
    else if (response.lost) reopen();
    else if (response.note) refuse({ field: "note", sentence: response.note });
  }
  queue.pump();
  if (!queue.idle) return;
  waitingChanged.emit(false);
  // An older response may be the last to come; then the run that is shown has not been completed yet.
  if (state.shown && !state.held && state.shown.serial !== settledSerial) showRun(state.shown);
}

/**
 * A run that is to be predicted is held back, and all that is shown stays as it is; only its knobs are seen.
 * @param {RunResponse} response
 */
function takeRun(response) {
  response.frame = wholeFrame(response.frame);
  // A part that a turned knob leaves as it was does not come again; it may have come with a run that is held back.
  response.experiment = { ...(state.withheld ?? state).experiment, ...response.experiment };
  const { predicting, asksFirst, base, restored } = state;
  const isNew = base && !restored && !sameRun(base.summary, response.summary);
  state.withheld = (predicting || asksFirst) && isNew ? response : null;
  if (!state.withheld) {
    showRun(response);
    return;
  }
  takeKnobs(response);
  refusalsCleared.emit();
  runWithheld.emit(response);
}

export function showWithheldRun() {
  const { withheld } = state;
  state.withheld = null;
  if (withheld) showRun(withheld);
}

/** @param {RunResponse} response */
function showRun(response) {
  const earlier = state.shown;
  state.shown = response;
  state.key = response.key;
  state.experiment = response.experiment;
  takeKnobs(response);
  refusalsCleared.emit();
  const settled = !state.held && queue.idle;
  // A knob that is turned before the first run has come changes that run.
  const completed = settled || !state.base;
  const same = state.base && sameRun(state.base.summary, response.summary) && !state.restored;
  if (same) response.said = state.base.said;
  // A run that an act brought keeps the act's words where it is only drawn anew before it is completed.
  else if (state.base && !state.restored && sameRun(earlier.summary, response.summary)) response.said = earlier.said;
  const { restored } = state;
  if (restored && sameRun(restored.summary, response.summary)) response.said.label = restored.label;
  const before = settled && same ? state.comparedWith : state.base;
  if (settled) settledSerial = response.serial;
  if (completed) runCompleted.emit(response);
  runShown.emit(response, { settled, compared: before && before.key === response.key ? before : null });
  if (response.response) withMaps = response;
  if (state.held && !areDetailsPaused()) paintWeights(response);
  drawAfterCurve(() => showDetails(state.shown));
}

/** The latest frames, by their names. @type {Map<string, Frame>} */
const frames = new Map();

/**
 * The frame, which stays while a knob is turned, came with this response or with an earlier one. The server leaves out
 * that of the run which was shown when it was asked, so that one stays among the latest, however many are held back.
 * @param {Frame} frame
 */
function wholeFrame(frame) {
  const found = frame.strip ? frame : frames.get(frame.name);
  for (const latest of [state.shown?.frame, found]) {
    if (!latest) continue;
    frames.delete(latest.name);
    frames.set(latest.name, latest);
  }
  if (frames.size > MOST_FRAMES) frames.delete([...frames.keys()][0]);
  return found ?? frame;
}

/** The serial number of the response whose weights are shown. @type {?number} */
let weighed = null;

/**
 * While a knob is held weights are painted, with the curve where there is time; when it is let go, they are drawn.
 * @param {RunResponse} response
 */
function paintWeights({ serial }) {
  if (serial === weighed || !isDue("weights")) return;
  weighed = state.held ? serial : null;
  weightsShown.emit(state.held);
}

/** The latest response with maps that are not drawn yet; details may be drawn of a later one. @type {?RunResponse} */
let withMaps = null;

/** @param {RunResponse} response */
function showDetails(response) {
  detailsShown.emit(response);
  paintWeights(response);
  if (withMaps?.response) {
    const maps = /** @type {import("../core/signals.js").StepMaps} */ (withMaps);
    withMaps = null;
    paced("maps", () => mapsReceived.emit(maps));
  }
  knobPassing.emit(response);
  if (response.serial === settledSerial) runSettled.emit(response);
}

/* Failures: the last good run stays */

/** @param {Refusal} refusal */
function refuse(refusal) {
  if (refusal.field === "note") {
    noticeRaised.emit(refusal.sentence);
    if (state.base) state.key = state.base.key;
    return;
  }
  refused.emit(refusal);
  backToBase();
}

function backToBase() {
  const { base } = state;
  state.restored = null;
  if (!base) return;
  state.key = base.key;
  turned.clear();
  state.knobs = knobsOf(base.experiment, state.knobs);
}

/** The times in a row that the server had no room; it is said the first time, and each wait is longer than the last. */
let postponements = 0;

/**
 * No response will come: the server is gone, or it said why. A request that it could not take now goes again when it
 * says so; one that it refused for good does not.
 * @param {number} serial
 * @param {?import("./transport.js").Declined} [refusal]
 */
function fail(serial, refusal) {
  queue.failed(serial, !refusal || refusal.again);
  if (!refusal) {
    waitForServer();
    return;
  }
  if (!refusal.again || !postponements) noticeRaised.emit(refusal.sentence);
  if (refusal.again) {
    queue.pause();
    setTimeout(() => queue.resume(), 1000 * backOff(refusal.again, postponements++));
    return;
  }
  backToBase();
  if (queue.idle) waitingChanged.emit(false);
}

let lost = false;

async function waitForServer() {
  queue.pause();
  if (lost) return;
  lost = true;
  connectionLost.emit();
  await serverAnswers();
  lost = false;
  connectionRestored.emit();
  queue.resume();
}
