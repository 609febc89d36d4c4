/** Numbers as the bench writes and reads them, with the marks of the page's language for thousands and decimals. */

import {
  formatCount as countOfBench,
  formatKnob as knobOfBench,
  formatNumber as numberOfBench,
  parseNumber as parsedByBench,
} from "../js/core/format.js";
import { marks } from "./words.js";

/** The text with the marks of the bench for those of the language, or the other way round. @param {string} text */
const exchanged = (text) => text.replace(/[,.]/g, (mark) => marks()[",.".indexOf(mark)]);

/** @param {number} x @param {number} [digits] */
export const formatNumber = (x, digits) => exchanged(numberOfBench(x, digits));

/** @param {number} x */
export const formatKnob = (x) => exchanged(knobOfBench(x));

/** @param {number} count */
export const formatCount = (count) => exchanged(countOfBench(count));

/** A number as it was typed. @param {string} text */
export const parseNumber = (text) => parsedByBench(exchanged(text));
