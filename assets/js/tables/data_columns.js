/**
 * The columns of a text that somebody brings into the data dialog: what stands in each, and its role. With them the
 * text is used, and not the rows that are shown beside it, so that names and classes stay.
 * @typedef {object} ColumnView
 * @property {string} name
 * @property {string} says The words about its cells.
 * @property {number} missing
 * @property {string} role
 * @property {[role: string, title: string][]} roles
 * @property {string} label Its name on the page.
 * @property {string[]} classes The texts of its classes, as they stand there, where it is the answer.
 * @typedef {object} ColumnsReply
 * @property {ColumnView[]} columns
 * @property {string[]} inputs
 * @property {string[]} outputs
 * @property {boolean} classes
 * @property {boolean} plain Whether all is numbers that need no roles.
 * @property {string} stay How many rows stay.
 * @property {string} says The words about columns and rows that are left out.
 * @property {[number, number, number]} split
 * @property {string} [error] Why no table can be made with these roles; then there is nothing else but the columns.
 * @typedef {Record<string, string>} Texts
 * @typedef {{ roles: Texts, names?: Texts, classes?: Texts }} Choices Roles and names of columns, by their places, and
 *   names of classes, by the texts that stand there.
 * @typedef {(text: string, choices: Choices) => void} Ask Reads the text again with these.
 */

import { byId, make, makeButton, setText } from "../lib/dom.js";
import { constants } from "../core/constants.js";
import { formatCount } from "../core/format.js";
import { state } from "../core/state.js";

const [INPUT, ANSWER, CLASSES, LEFT_OUT] = constants.columnRoles;
const HEADS = ["Column", "What stands there", "Missing", "Role", "Name on the page"];

/** The text whose columns are shown; null where there is none. `isUsed` is whether it is used, and not the rows. */
const source = {
  text: /** @type {?string} */ (null),
  columns: /** @type {ColumnView[]} */ ([]),
  isUsed: false,
  error: "",
  names: /** @type {Texts} */ ({}),
  classes: /** @type {Texts} */ ({}),
};

/** The text and the choices for its columns, where they are used and not the rows; null otherwise. */
export const chosenColumns = () => (source.isUsed && source.text !== null ? { text: source.text, ...choices() } : null);

/** Why no table can be made with these roles; "" where one can. */
export const columnsError = () => (source.isUsed ? source.error : "");

/** @returns {Choices} */
function choices() {
  const { columns, names, classes } = source;
  const roles = Object.fromEntries(columns.map(({ role }, at) => [String(at), role]));
  return {
    roles,
    ...(Object.keys(names).length ? { names } : {}),
    ...(Object.keys(classes).length ? { classes } : {}),
  };
}

/** Reads the text again; rows that were typed meanwhile have none. @param {Ask} ask */
const again = (ask) => source.text !== null && ask(source.text, choices());

/** Shows either the columns or the rows. @param {boolean} isUsed */
export function useColumns(isUsed) {
  source.isUsed = isUsed && source.text !== null;
  byId("facts").dataset.shows = source.isUsed ? "columns" : "rows";
  byId("facts-views").hidden = source.text === null;
  byId("facts-as-columns").setAttribute("aria-pressed", String(source.isUsed));
  byId("facts-as-rows").setAttribute("aria-pressed", String(!source.isUsed));
}

/** Rows that were typed are no longer those of the text. */
export function forgetColumns() {
  Object.assign(source, { text: null, columns: [], error: "", names: {}, classes: {} });
  useColumns(false);
}

/**
 * The columns of a text; its rows and their split, where a table can be made of them.
 * @param {string} text @param {ColumnsReply} reply @param {Ask} ask @param {?Choices} made
 */
export function showColumns(text, reply, ask, made = null) {
  const { names = {}, classes = {} } = made ?? {};
  const { columns, error = "" } = reply;
  Object.assign(source, { text, columns, error, names, classes });
  drawColumns(ask);
  setText(byId("facts-stay"), error ? "" : `${reply.says} ${reply.stay}`.trim());
  if (!error) byId("facts-stay").append(...classesInstead(ask));
  setText(byId("facts-split"), error ? "" : splitWords(reply));
}

/** The inputs and answers of a network, and the split of its rows. @param {ColumnsReply} reply */
export function splitWords({ inputs, outputs, classes, split: [learned, heldOut, test] }) {
  const counted = inputs.length === 1 ? "1 input" : `${inputs.length} inputs`;
  const answers = classes
    ? `${outputs.length} classes`
    : outputs.length === 1
      ? "1 number"
      : `${outputs.length} numbers`;
  const loss = classes ? "cross-entropy" : "the half square";
  const last = state.shown.frame.strip.layers.at(-1);
  const removed = last?.kind === "map" ? " The activation at the end is removed." : "";
  const network = `${counted} to ${answers}: the loss becomes ${loss}, and columns are scaled.${removed}`;
  const [some, others, kept] = [learned, heldOut, test].map(formatCount);
  if (!heldOut && learned === 1) return `${network} The row is for learning.`;
  if (!heldOut) return `${network} All ${some} rows are for learning.`;
  return `${network} ${some} rows are for learning, ${others} held out, ${kept} for a test until you look at them.`;
}

/** @param {Ask} ask */
function drawColumns(ask) {
  const heads = make("tr", {}, ...HEADS.map((text) => make("th", { scope: "col" }, text)));
  const rows = source.columns.map((column, at) => columnRow(column, at, ask));
  const focused = document.activeElement?.id;
  byId("facts-columns").replaceChildren(make("thead", {}, heads), make("tbody", {}, ...rows));
  if (focused?.startsWith("facts-role-") || focused?.startsWith("facts-name-")) byId(focused)?.focus();
}

/**
 * The fields for the name of a column on the page, and for those of its classes.
 * @param {ColumnView} column @param {number} at @param {Ask} ask
 */
function nameFields({ name, label, classes }, at, ask) {
  /** @param {Texts} names @param {string} key */
  const typed =
    (names, key) =>
    (/** @type {{ target: HTMLInputElement }} */ { target }) => {
      names[key] = target.value;
      again(ask);
    };
  const field = { type: "text", maxlength: 60, autocomplete: "off" };
  const own = { id: `facts-name-${at}`, value: label, "aria-label": `Name of ${name} on the page` };
  const classFields = classes.map((text, k) => {
    const about = { id: `facts-name-${at}-${k}`, value: source.classes[text] || text, "aria-label": `Name of ${text}` };
    return make("input", { ...field, ...about, on: { change: typed(source.classes, text) } });
  });
  return [make("input", { ...field, ...own, on: { change: typed(source.names, String(at)) } }), ...classFields];
}

/** @param {ColumnView} column @param {number} at @param {Ask} ask */
function columnRow(column, at, ask) {
  const { name, says, missing, role, roles: offered } = column;
  const isOut = role === LEFT_OUT;
  /** @param {{ target: HTMLSelectElement }} event */
  const change = ({ target }) => {
    giveRole(at, target.value);
    again(ask);
  };
  const options = offered.map(([value, title]) => make("option", { value, selected: value === role }, title));
  const choice = make(
    "select",
    { id: `facts-role-${at}`, "aria-label": `Role of ${name}`, on: { change } },
    ...options,
  );
  return make(
    "tr",
    { class: isOut ? "out" : "" },
    make("th", { scope: "row" }, name),
    make("td", {}, says),
    make("td", {}, missing ? `${formatCount(missing)} missing` : "–"),
    make("td", {}, choice),
    make("td", { class: "names" }, ...(isOut ? [] : nameFields(column, at, ask))),
  );
}

/**
 * An answer of few whole numbers may be classes, which nobody but its owner knows.
 * @param {Ask} ask
 */
function classesInstead(ask) {
  /** @param {ColumnView} column */
  const classesOf = ({ role, roles }) => role === ANSWER && roles.find(([value]) => value === CLASSES)?.[1];
  const at = source.columns.findIndex(classesOf);
  if (at < 0) return [];
  const count = String(classesOf(source.columns[at])).replace(/\D/g, "");
  const click = () => {
    giveRole(at, CLASSES);
    again(ask);
  };
  const button = makeButton({ class: "button edged" }, click, "Take them as classes");
  return [` “${source.columns[at].name}” has ${count} different whole numbers. `, button];
}

/**
 * Classes are the only answer; what was one becomes an input, or is left out.
 * @param {number} at @param {string} role
 */
function giveRole(at, role) {
  source.columns.forEach((column, k) => {
    const clashes = k !== at && (column.role === CLASSES || (column.role === ANSWER && role === CLASSES));
    if (clashes && (role === ANSWER || role === CLASSES)) {
      const isNumber = column.roles.some(([value]) => value === ANSWER);
      column.role = isNumber ? INPUT : LEFT_OUT;
    }
  });
  source.columns[at].role = role;
}
