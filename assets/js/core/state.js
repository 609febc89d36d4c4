/**
 * The page's state, in one object with named fields. `net/requests.js` makes requests of it and puts responses into it;
 * `model/` keeps what the browser remembers in it. Views read it, and hear of changes through signals.
 */

/**
 * Stands for what is null until the page is awake or its first run has come, and is there when a view is drawn: the
 * types below leave null out.
 * @type {never}
 */
export const notYet = /** @type {never} */ (/** @type {unknown} */ (null));

export const state = {
  /** The tab's id, under which the server stores its checkpoint; null until the page is awake. @type {string} */
  tab: notYet,
  /** The key of the experiment in the catalogue. @type {string} */
  key: notYet,
  /** The experiment that is shown, as plain data. @type {import("./types.js").Experiment} */
  experiment: notYet,
  /** The values of the knobs now: numbers, slider positions or typed text. @type {import("./types.js").Knobs} */
  knobs: notYet,
  /** Whether a knob is held: its run follows, and nothing is remembered yet. */
  held: false,
  /**
   * The values that Dash's controls show, by their ids, so that their echo is not taken for a change.
   * @type {Record<string, unknown>}
   */
  controlValues: {},
  /**
   * The last change of the network, the target, the data or the first weights. @type {?{ what: string, at: number }}
   */
  lastChange: null,
  /** The field whose value was refused. @type {?string} */
  refusedField: null,

  /** The response whose run is shown. @type {import("./types.js").RunResponse} */
  shown: notYet,
  /** Whether the server still compiles the program that analyses wait for. */
  isCompiling: false,
  /** Whether every turn of a knob asks for a prediction first. */
  asksFirst: false,
  /** Whether the result of the next run is held back until it is predicted. */
  predicting: false,
  /** The response whose run is held back. @type {?import("./types.js").RunResponse} */
  withheld: null,
  /** The last run that was completed, with which a change is compared. @type {import("./types.js").Run} */
  base: notYet,
  /** The run before `base`. @type {?import("./types.js").Run} */
  comparedWith: null,
  /** Earlier runs of the same experiment, drawn behind the curve. @type {import("./types.js").Run[]} */
  ghosts: [],
  /** Runs in the table of runs. @type {import("./types.js").Pin[]} */
  pins: [],
  /** The pin that the current run is compared with. @type {?import("./types.js").Pin} */
  compared: null,
  /** Runs that undo goes back to, the latest last. @type {import("./types.js").Run[]} */
  past: [],
  /** Runs that redo goes on to, the next last. @type {import("./types.js").Run[]} */
  future: [],
  /**
   * The knobs of a run that was undone before it was there, and how long `future` was: redo goes on to them there.
   * @type {?{ knobs: import("./types.js").Knobs, depth: number }}
   */
  withdrawn: null,
  /** The run that undo, redo or a reload has asked for. @type {?import("./types.js").Run} */
  restored: null,
  /** The step whose weights were last stored as the checkpoint. @type {?number} */
  storedStep: null,

  /** The weights that are shown. @type {import("./types.js").WeightsView} */
  weightsView: "trained",
  /** The two inputs that the response maps are drawn over. */
  mapAxes: [0, 1],
  /** The hidden unit on the stage, its layer and its place there: pointed at, or kept. @type {?[number, number]} */
  unit: null,
  /** The unit that stays on the stage. @type {?[number, number]} */
  keptUnit: null,
  /** The layer whose units are all shown. @type {?number} */
  openedUnits: null,
  /** The step that the cursor is at; null is the end. @type {?number} */
  cursorStep: null,
  /** An input of the visitor's own that is probed in place of the samples. @type {?number[]} */
  ownInput: null,
  /** The form of the output that somebody has chosen. @type {?("answers" | "plane" | "lines" | "map")} */
  outputForm: null,
  /** The rows whose answers are shown. @type {import("./types.js").AnswerSet} */
  answerSet: "held-out",
  /** The cell of the answers that is opened: a class, and what it is answered as. @type {?[number, number]} */
  openCell: null,
  /** The input along which lines go. */
  along: 0,
  /** The output that they are of. */
  answerOutput: 0,
  /** The rows that the plane goes through, from 1; none for those that the server takes first. @type {number[]} */
  through: [],
  /** The output that the plane's colours are of; null for the winning class. @type {?number} */
  planeOutput: null,
  /** The row of the table that is looked at and probed, from 1. @type {?number} */
  openRow: null,
  /** The row or distinct sample that is looked at among those that are left out, from 1. @type {?number} */
  leftOut: null,
  /** The question that is asked about each run: "which", "decided", or "". @type {string} */
  question: "",
  /** The measure along the run: its losses, or what it answers right. @type {string} */
  measure: "loss",
  /** The lesson whose text is shown. @type {?import("./types.js").Lesson} */
  lesson: null,
};

/** The earlier runs that are drawn: no run while a result is to be predicted, which one of them may tell. */
export const drawnGhosts = () => (state.predicting ? [] : state.ghosts);

/**
 * The seed of the first weights as its field shows it; weights that were stored or edited have no seed.
 * @param {import("./types.js").Frame} frame
 */
export const weightSeedOf = ({ drawn }) => (drawn.seed === null ? "" : String(drawn.seed));
