/**
 * The events of the page, as signals: the owner of the state emits, views subscribe. Subscribers are called in the
 * order in which they subscribed, which is the order of the `install` calls in `main.js`.
 */

/**
 * @import { OpenedLink, Refusal, Run, RunResponse, StepReply } from "./types.js"
 * @typedef {Pick<StepReply, "place" | "response" | "probe" | "answers"> &
 *   Partial<Pick<RunResponse, "summary">>} StepMaps
 */

/** @type {(() => unknown)[]} */
const listenersOfAll = [];

/** Calls the listener whenever a signal is emitted, after its own. @param {() => unknown} listener */
export const onEverySignal = (listener) => listenersOfAll.push(listener);

/** @template {unknown[]} [Values=[]] */
function signal() {
  /** @type {((...values: Values) => unknown)[]} */
  const listeners = [];
  /** @type {(() => unknown)[]} */
  const waiting = [];
  return {
    /** @param {(...values: Values) => unknown} listener */
    on: (listener) => listeners.push(listener),
    /** Resolves when it is emitted the next time, after its listeners. @returns {Promise<unknown>} */
    next: () => new Promise((done) => waiting.push(() => done(null))),
    /** @param {Values} values */
    emit(...values) {
      listeners.forEach((listener) => listener(...values));
      listenersOfAll.forEach((listener) => listener());
      waiting.splice(0).forEach((done) => done());
    },
  };
}

/**
 * @template {unknown[]} Values
 * @typedef {{
 *   on: (listener: (...values: Values) => unknown) => unknown,
 *   next: () => Promise<unknown>,
 *   emit: (...values: Values) => void,
 * }} Signal
 */

/* The run */

/**
 * A run is in the state and no knob is held: (response). The run before it becomes a step of undo.
 * @type {Signal<[RunResponse]>}
 */
export const runCompleted = signal();
/** A run that is to be predicted has come, and is not shown yet: (response). @type {Signal<[RunResponse]>} */
export const runWithheld = signal();
/**
 * A run is to be drawn at once: (response, { settled, compared: the run before, or null }).
 * @type {Signal<[RunResponse, { settled: boolean, compared: ?Run }]>}
 */
export const runShown = signal();
/** Two frames after `runShown`, for the latest run only: (response). @type {Signal<[RunResponse]>} */
export const detailsShown = signal();
/** The weights are to be drawn: (moving: painted in haste). @type {Signal<[moving: boolean]>} */
export const weightsShown = signal();
/** Maps and probe at the cursor: ({ response, probe }). @type {Signal<[StepMaps]>} */
export const mapsReceived = signal();
/**
 * While a knob is held and while it is not, no more often than there is time for: (response).
 * @type {Signal<[RunResponse]>}
 */
export const knobPassing = signal();
/**
 * A run is completed and all of it has been drawn: (response). Side analyses may start.
 * @type {Signal<[RunResponse]>}
 */
export const runSettled = signal();
/**
 * It is known how much of the change from the run before is luck, or nobody will say: (response).
 * @type {Signal<[RunResponse]>}
 */
export const luckJudged = signal();
/** More is known of the surface of the run that is shown and the one before it. */
export const surfaceMeasured = signal();
/** The final losses of the run that is shown are known under all data seeds around its own. */
export const seedsCompared = signal();
/** It is known which α is best over the data seeds of a landscape. */
export const bestAlphaKnown = signal();
/** Another view is on the stage. */
export const viewChanged = signal();
/** Turns of knobs ask for a prediction from now on, or no longer. */
export const predictionsSwitched = signal();
/** Another hidden unit is on the stage, or none. */
export const unitChosen = signal();
/** Another unit is kept there, or none. */
export const unitKept = signal();
/** All units of a layer are to be shown in a sheet. */
export const unitsOpened = signal();
/** A view may paint or name something else beside the curve. */
export const curveNotesChanged = signal();
/** Plotly has drawn the curve for the first time. */
export const curvePlotted = signal();
/** More is known of the floor of the run that is shown, or it is no longer asked for. */
export const floorChanged = signal();

/** Earlier runs, which were hidden as long as a result was to be predicted, are drawn again. */
export const earlierRunsShown = signal();

/* The cursor over the steps of the run */

/** A run has put the cursor somewhere. */
export const cursorPlaced = signal();
/** Once a frame while the cursor moves, and when it comes to rest. */
export const cursorMoved = signal();
/** Somebody plays the run, or it has paused: (whether it plays). @type {Signal<[plays: boolean]>} */
export const playToggled = signal();
/** The test rows of a table were looked at. */
export const testLookedAt = signal();
/** The weights of all steps have been loaded. */
export const trajectoryLoaded = signal();

/* The browser's memory */

/** A comparison was opened or closed, or is with another pin. */
export const comparisonChanged = signal();
/** The server's reply about the compared run has come. */
export const comparisonReceived = signal();
/** Other steps can be undone or redone. */
export const undoChanged = signal();
/**
 * A step was undone or redone: ("Undone" or "Redone", what it changed).
 * @type {Signal<[done: string, change: string]>}
 */
export const historyTravelled = signal();
/** A run was pinned or taken out. */
export const pinsChanged = signal();
/** A pinned run has another name. */
export const pinRenamed = signal();
/** Another checkpoint was stored. */
export const checkpointsChanged = signal();

/* The landscape */

/** Another map was begun, or the current run lies elsewhere in it. */
export const mapChosen = signal();
/** Cells have come, or the map is to be drawn. */
export const mapFilled = signal();
/** The progress of the map has changed, or the sentence about it. */
export const mapProgressed = signal();

/** Other answers are looked at: another form of the output, other rows, another cell or row, a question's answer. */
export const answersChosen = signal();
/** A question about the run is asked, or closed. */
export const questionChosen = signal();
/** Losses are drawn along the run, or scores. */
export const measureChosen = signal();

/* Requests */

/** Hints have been asked about the run that is shown, all of them. */
export const hintsEnded = signal();
/** A request has been answered or has failed. */
export const requestEnded = signal();
/** A response is slow, or no more is awaited: (waiting). @type {Signal<[waiting: boolean]>} */
export const waitingChanged = signal();
/** The server has said that it still compiles the program that analyses wait for, or has answered one. */
export const compilingChanged = signal();
/** A typed value was refused: ({ field, sentence }). @type {Signal<[Refusal]>} */
export const refused = signal();
/** Values that were refused are no longer in question. */
export const refusalsCleared = signal();
/** Something is to be said that belongs to no field: (sentence). @type {Signal<[sentence: string]>} */
export const noticeRaised = signal();
/** The server does not answer. */
export const connectionLost = signal();
/** It answers again. */
export const connectionRestored = signal();
/** A link was opened: (the server's response to it). @type {Signal<[OpenedLink]>} */
export const linkOpened = signal();
