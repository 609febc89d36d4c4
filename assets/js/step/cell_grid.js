/**
 * The places of weights on their picture, however its cells are drawn: the cell at a place, the box of a cell, the
 * weight that it stands for, and the cell that a key leads to.
 * @typedef {import("../core/types.js").Block} Block The blocks of M and b alternate, a pair for each layer.
 * @typedef {{ at: number, row: number, column: number }} Cell `at` counts the blocks.
 */

const FAR = 8;

/** Whether the cells of a block belong to the grid: they can be opened, and no buttons do that. @param {Block} block */
export const isInGrid = ({ opens, buttons }) => opens && !buttons;

/**
 * The cell at a place, in shares of the drawing area from its left and its top; null beside all blocks.
 * @param {Block[]} blocks @param {number} x @param {number} y @returns {?Cell}
 */
export function cellAt(blocks, x, y) {
  /** @param {Block} block */
  const inside = ({ box: [left, top, width, height] }) => x >= left && x < left + width && y >= top && y < top + height;
  const at = blocks.findIndex(inside);
  if (at < 0) return null;
  const { rows, columns, box } = blocks[at];
  const [left, top, width, height] = box;
  /** @param {number} share @param {number} count */
  const index = (share, count) => Math.min(count - 1, Math.floor(share * count));
  return { at, row: index((y - top) / height, rows), column: index((x - left) / width, columns) };
}

/**
 * The box of a cell: left, top, width and height in shares of the drawing area.
 * @param {Block[]} blocks @param {Cell} cell
 */
export function boxOfCell(blocks, { at, row, column }) {
  const { rows, columns, box } = blocks[at];
  const [left, top, width, height] = box;
  return [left + (width * column) / columns, top + (height * row) / rows, width / columns, height / rows];
}

/** The weight that a cell stands for. @param {Block[]} blocks @param {Cell} cell */
export const weightOfCell = (blocks, { at, row, column }) => ({
  layer: blocks[at].layer,
  name: blocks[at].name,
  row,
  column,
});

/** The first cell of the grid, or the last; null where there is none. @param {Block[]} blocks @param {boolean} last */
export function endOfGrid(blocks, last = false) {
  const at = last ? blocks.findLastIndex(isInGrid) : blocks.findIndex(isInGrid);
  if (at < 0) return null;
  return last ? { at, row: blocks[at].rows - 1, column: 0 } : { at, row: 0, column: 0 };
}

/** Whether a cell exists in the grid of these blocks. @param {Block[]} blocks @param {Cell} cell */
export const isCellOfGrid = (blocks, { at, row, column }) =>
  at < blocks.length && isInGrid(blocks[at]) && row < blocks[at].rows && column < blocks[at].columns;

/**
 * The cell that a key leads to, or null for any other key. A row of M goes on in its bias; above and below a layer lies
 * the next one of the grid.
 * @param {Block[]} blocks @param {Cell} cell @param {string} key @param {boolean} far
 */
export function cellAfter(blocks, cell, key, far = false) {
  const move = MOVES[key];
  return move ? move(blocks, cell, far) : null;
}

/** @type {Record<string, (blocks: Block[], cell: Cell, far: boolean) => ?Cell>} */
const MOVES = {
  ArrowLeft: (blocks, cell) => inRow(blocks, cell, place(blocks, cell) - 1),
  ArrowRight: (blocks, cell) => inRow(blocks, cell, place(blocks, cell) + 1),
  ArrowUp: (blocks, cell) => rowsAway(blocks, cell, -1),
  ArrowDown: (blocks, cell) => rowsAway(blocks, cell, 1),
  PageUp: (blocks, cell) => rowsAway(blocks, cell, -FAR),
  PageDown: (blocks, cell) => rowsAway(blocks, cell, FAR),
  Home: (blocks, cell, far) => (far ? endOfGrid(blocks) : inRow(blocks, cell, 0)),
  End: (blocks, cell, far) => (far ? endOfGrid(blocks, true) : inRow(blocks, cell, Infinity)),
};

/** The number of the block of a cell's M; its bias is the next one. @param {Cell} cell */
const matrixOf = ({ at }) => at - (at % 2);

/** A cell's place in its row: the columns of M, then the bias. @param {Block[]} blocks @param {Cell} cell */
const place = (blocks, cell) => (cell.at % 2 ? blocks[matrixOf(cell)].columns : cell.column);

/** @param {Block[]} blocks @param {Cell} cell @param {number} wanted */
function inRow(blocks, cell, wanted) {
  const matrix = matrixOf(cell);
  const { columns } = blocks[matrix];
  const to = Math.max(0, Math.min(columns, wanted));
  return to === columns ? { at: matrix + 1, row: cell.row, column: 0 } : { at: matrix, row: cell.row, column: to };
}

/** @param {Block[]} blocks @param {Cell} cell @param {number} rows */
function rowsAway(blocks, cell, rows) {
  const by = Math.sign(rows);
  let to = cell;
  for (let done = 0; done !== rows; done += by) to = nextRow(blocks, to, by);
  return to;
}

/**
 * One row up or down; past the last row of a layer, into the next one of the grid, at the column that lies there.
 * @param {Block[]} blocks @param {Cell} cell @param {number} by
 */
function nextRow(blocks, cell, by) {
  const row = cell.row + by;
  if (row >= 0 && row < blocks[cell.at].rows) return { ...cell, row };
  let at = cell.at + 2 * by;
  while (blocks[at] && !isInGrid(blocks[at])) at += 2 * by;
  if (!blocks[at]) return cell;
  const column = Math.floor(((cell.column + 0.5) * blocks[at].columns) / blocks[cell.at].columns);
  return { at, row: by > 0 ? 0 : blocks[at].rows - 1, column };
}
