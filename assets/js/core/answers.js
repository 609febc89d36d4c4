/**
 * Whether the view of the output shows the answers to the rows of a table, or maps over two inputs. A form that
 * somebody has chosen goes before the one that the server proposes.
 */

import { isOnStage } from "./stage.js";
import { state } from "./state.js";

export const ANSWERS = "answers";
export const LINES = "lines";
export const MAP = "map";
const OUTPUT = "output";

/** The form of the output; a map where the samples are no table. */
export function outputForm() {
  const offered = state.shown?.frame.answers;
  if (!offered) return MAP;
  return state.outputForm ?? (offered.first ? ANSWERS : MAP);
}

/** Whether the rows of the table stand on the stage, as answers or as lines. */
export const areAnswersShown = () => isOnStage(OUTPUT) && outputForm() !== MAP;

/** The answers that the server is asked for; null where they are not shown. */
export const wantedAnswers = () =>
  areAnswersShown()
    ? {
        set: state.answerSet,
        cell: state.openCell,
        row: state.openRow,
        along: outputForm() === LINES ? state.along : null,
        output: state.answerOutput,
      }
    : null;
