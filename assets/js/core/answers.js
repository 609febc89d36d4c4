/**
 * Whether the view of the output shows the answers to the rows of a table, the plane through three of them, or maps
 * over two inputs. A form that somebody has chosen goes before the one that the server proposes.
 * @import { Answers, Maps } from "./types.js"
 */

import { currentView, isOnStage, viewRow } from "./stage.js";
import { state } from "./state.js";

export const ANSWERS = "answers";
export const PLANE = "plane";
export const LINES = "lines";
export const MAP = "map";
const OUTPUT = "output";
/** A map shows all of this many inputs. */
const WHOLE_INPUTS = 2;
/** The classes that have a colour. */
const [LEAST_CLASSES, MOST_CLASSES] = [3, 10];

/** Whether a plane shows more than a map does. */
export function isPlaneOffered() {
  const { frame } = state.shown ?? {};
  return Boolean(frame?.answers) && (frame?.response.inputs ?? 0) > WHOLE_INPUTS;
}

/** Whether the winning class has a colour: of three classes or more, as long as there are colours. */
export function haveWinners() {
  const { answers, response } = state.shown.frame;
  return Boolean(answers?.classes) && response.rows >= LEAST_CLASSES && response.rows <= MOST_CLASSES;
}

/** The form of the output; a map where the samples are no table. */
export function outputForm() {
  const offered = state.shown?.frame.answers;
  if (!offered) return MAP;
  const form = state.outputForm ?? (offered.first ? ANSWERS : MAP);
  return form === PLANE && !isPlaneOffered() ? MAP : form;
}

/**
 * Whether what has come is of that form; else it is on its way, or is still to be asked for: a run that was asked for
 * in one form may be shown in another.
 * @param {?Maps} [maps] @param {?Answers} [answers]
 */
export function hasCome(maps, answers) {
  const form = outputForm();
  if (form === MAP || form === PLANE) return Boolean(maps?.plane) === (form === PLANE);
  return Boolean(answers) && (Boolean(answers?.none) || Boolean(answers?.lines) === (form === LINES));
}

/** Whether maps are wanted in their full size; beside answers they stand small. */
export const areMapsLarge = () =>
  (viewRow(currentView())?.large_maps ?? false) && (!areAnswersShown() || state.unit !== null);

/**
 * Whether the output is still to be asked for; beside other views there are small maps over two inputs alone. Maps that
 * were asked for beside the answers of another table are small.
 * @param {?Maps} [maps] @param {?Answers} [answers]
 */
export function isMissing(maps, answers) {
  if (!isOnStage(OUTPUT)) return Boolean(maps?.large);
  const areSmall = maps?.large === false && areMapsLarge();
  return areSmall || !hasCome(maps, answers) || (!answers && outputForm() !== MAP);
}

/** Whether the rows of the table stand on the stage, as answers or as lines. */
export const areAnswersShown = () => isOnStage(OUTPUT) && [ANSWERS, LINES].includes(outputForm());

/** Whether the plane through three rows stands there. */
export const isPlaneShown = () => isOnStage(OUTPUT) && outputForm() === PLANE;

/** The rows that the plane of the maps goes through, none for the first ones; null for maps over two inputs. */
export const wantedPlane = () => (isPlaneShown() ? state.through : null);

/** The answers that the server is asked for; null where they are not shown. */
export const wantedAnswers = () =>
  areAnswersShown() || isPlaneShown()
    ? {
        set: state.answerSet,
        cell: state.openCell,
        row: state.openRow,
        along: outputForm() === LINES ? state.along : null,
        output: state.answerOutput,
      }
    : null;
