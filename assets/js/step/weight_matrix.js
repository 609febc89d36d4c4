/**
 * The table of many weights: a matrix of small cells for each dense layer, side by side where they fit, the biases in
 * its last column. The cells are painted; the grid over them (`weight_pointer.js`) names and opens each.
 * @typedef {{ rows: number, layers: { layer: Block, left: number }[] }} Shelf
 * @typedef {{ text: string, left: number, top: number }} LayerName
 * @import { Block, RunResponse } from "../core/types.js"
 * @import { Drawing } from "./weight_cells.js"
 * @import { Form } from "./weight_form.js"
 */

import { sizeOf } from "../lib/box_size.js";
import { byId, make } from "../lib/dom.js";
import { currentTheme } from "../lib/theme.js";
import { constants } from "../core/constants.js";
import { paintCells } from "../maps/heatmap.js";

const CELL = { width: 18, height: 11 };
const GAP = { layers: 24, bias: 4, cells: 1, shelves: 20 };
/** Cells narrower than this have no gap between them. */
const LEAST_GAPPED = 5;
/** Sums of widths may be off by a last bit. */
const SLACK = 0.5;
/** The names of the first layers stand over the cells. */
const OVER = 18;

/** @type {{ blocks: Block[], names: LayerName[], wanted: number }} */
let arranged = { blocks: [], names: [], wanted: 0 };
let signature = "";

/** @template T @param {T[]} list */
const lastOf = (list) => list[list.length - 1];

/**
 * The blocks of the frame where the matrix has them; `names`: of the layers, with their places in pixels; `wanted`: the
 * height of the matrix where there is room.
 * @param {Block[]} blocks @param {{ width: number, height: number }} fields
 */
function arrange(blocks, { width, height }) {
  const layers = blocks.filter(({ name }) => name === "M");
  const across = Math.max(...layers.map(({ columns }) => columns + 1));
  const beside = layers.length > 1 && layers[0].rows > 1 ? layers[0].columns + 1 + layers[1].columns + 1 : 0;
  /** @param {number} columns @param {number} gaps */
  const fitting = (columns, gaps) => (width - gaps) / columns;
  const both = beside ? fitting(beside, GAP.layers + 2 * GAP.bias) : 0;
  const wide = Math.min(CELL.width, both >= CELL.height ? both : fitting(across, GAP.bias));
  const shelves = shelvesOf(layers, wide, width);
  const rows = shelves.reduce((sum, shelf) => sum + shelf.rows, 0);
  const between = GAP.shelves * (shelves.length - 1);
  const high = Math.min(CELL.height, (height - between) / rows);
  return { ...place(shelves, { wide, high, width, height }), wanted: CELL.height * rows + between };
}

/**
 * Layers in rows of layers: the next one goes beside the one before it where there is room, or else under it.
 * @param {Block[]} layers @param {number} wide @param {number} width
 */
function shelvesOf(layers, wide, width) {
  /** @type {Shelf[]} */
  const shelves = [];
  let left = Infinity;
  layers.forEach((layer) => {
    const long = wide * (layer.columns + 1) + GAP.bias;
    if (left + long > width + SLACK) {
      const above = shelves.length ? lastOf(lastOf(shelves).layers).left : 0;
      shelves.push({ rows: 0, layers: [] });
      left = above + long > width + SLACK ? 0 : above;
    }
    const shelf = lastOf(shelves);
    shelf.layers.push({ layer, left });
    shelf.rows = Math.max(shelf.rows, layer.rows);
    left += long + GAP.layers;
  });
  return shelves;
}

/** @param {Shelf[]} shelves @param {Record<"wide" | "high" | "width" | "height", number>} record */
function place(shelves, { wide, high, width, height }) {
  /** @type {Block[]} */
  const blocks = [];
  /** @type {LayerName[]} */
  const names = [];
  const [across, down] = [wide, high].map((side) => (side >= LEAST_GAPPED ? GAP.cells : 0));
  let top = 0;
  for (const shelf of shelves) {
    for (const { layer, left } of shelf.layers) {
      const long = wide * layer.columns;
      /** @param {number} x @param {number} columns */
      const box = (x, columns) => [x / width, top / height, (wide * columns) / width, (high * layer.rows) / height];
      const cells = { ...layer, gap: /** @type {[number, number]} */ ([across, down]), buttons: false, numbers: false };
      blocks.push({ ...cells, box: box(left, layer.columns) });
      blocks.push({ ...cells, name: "b", columns: 1, box: box(left + long + GAP.bias, 1) });
      names.push({ text: `Dense ${layer.layer + 1}`, left, top });
    }
    top += high * shelf.rows + GAP.shelves;
  }
  return { blocks, names };
}

/** Paints the cells in the soft colours of maps. @param {RunResponse} runResponse @param {Drawing} drawing */
export function showWeightMatrix({ frame }, { blocks, scale }) {
  const { cells } = frame.weights;
  const plot = byId("weights-plot");
  const size = sizeOf(byId("weight-cells"));
  // Until it is displayed there is nothing to arrange them in.
  if (!size.width) {
    arranged = { blocks: [], names: [], wanted: 0 };
    signature = "";
    return;
  }
  const wanted = JSON.stringify([frame.name, size]);
  if (wanted !== signature) {
    signature = wanted;
    arranged = arrange(cells, size);
    /** @param {{ text: string, left: number, top: number }} fields */
    const name = ({ text, left, top }) => make("span", { style: { left: `${left}px`, top: `${top}px` } }, text);
    plot.style.setProperty("--matrix-height", `${arranged.wanted + OVER}px`);
    byId("matrix-names").replaceChildren(...arranged.names.map(name));
  }
  paintCells(plot, arranged.blocks, blocks, scale, constants.mapRamps[currentTheme()]);
}

/**
 * The blocks of the cells that are drawn: as the frame says, or as the matrix has them.
 * @param {Block[]} cells @param {Form} form
 */
export const drawnBlocks = (cells, form) => (form === "matrix" ? arranged.blocks : cells);

/** The name of an arrangement: with another one the cells lie elsewhere. @param {Form} form */
export const arrangementName = (form) => (form === "matrix" ? signature : form);
