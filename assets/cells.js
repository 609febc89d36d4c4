/* The cells over the weight heatmaps, and the small pictures on the cards. The heatmap paints the colours; the cells
   carry the numbers, and where there are few enough each is a button that edits its checkpoint value. */
(function (nnbench) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";

  /* M and b of every affinity, one flat row for each block: the checkpoint's, the trained ones, or what training changed. */
  function numbersOf({ frame, weights }, view) {
    const before = blocksOf(frame.weights, nnbench.decode(frame.weights.checkpoint));
    if (view === "checkpoint") return before;
    const after = blocksOf(frame.weights, nnbench.decode(weights.trained));
    return view === "trained" ? after : after.map((block, k) => block.map((value, i) => value - before[k][i]));
  }

  function blocksOf({ cells }, flat) {
    let start = 0;
    return cells.map(({ rows, columns }) => flat.subarray(start, (start += rows * columns)));
  }

  /* Paints the heatmaps and writes the numbers over them. */
  function show(shown, view) {
    const { figure, cells } = shown.frame.weights, { scale } = shown.weights, blocks = numbersOf(shown, view);
    const data = figure.data.map((trace, k) => Object.assign({}, trace, { z: nnbench.rowsOf(blocks[k], cells[k].columns), zmin: -scale, zmax: scale }));
    nnbench.draw("weights", { data, layout: figure.layout });
    write(document.getElementById("weight-cells"), cells, blocks, scale);
  }

  function write(box, cells, blocks, scale) {
    const signature = JSON.stringify(cells);
    if (box.dataset.signature !== signature) {
      box.dataset.signature = signature;
      box.replaceChildren(...cells.flatMap((block) => cellsOf(block)));
    }
    const readable = blocks.filter((_, k) => cells[k].numbers).flatMap((block) => Array.from(block));
    Array.from(box.children).forEach((cell, k) => {
      const text = nnbench.twoDecimals(readable[k]);
      cell.textContent = text;
      cell.style.setProperty("--t", Number.isFinite(readable[k]) ? (readable[k] / scale).toFixed(3) : 0);
      if (cell.tagName === "BUTTON") cell.setAttribute("aria-label", `${cell.dataset.name} is ${text}. Edit its checkpoint value`);
    });
  }

  /* The checkpoint's number in one cell. */
  function checkpointAt({ layer, name, row, column }) {
    const { shown } = nnbench.bench, { cells } = shown.frame.weights;
    const block = cells.findIndex((b) => b.layer === layer && b.name === name);
    return numbersOf(shown, "checkpoint")[block][row * cells[block].columns + column];
  }

  function cellsOf(block) {
    if (!block.numbers) return [];
    const cells = [];
    for (let row = 0; row < block.rows; row++) {
      for (let column = 0; column < block.columns; column++) cells.push(cellOf(block, row, column));
    }
    return cells;
  }

  function cellOf(block, row, column) {
    const cell = document.createElement(block.buttons ? "button" : "span");
    const from = (block.layer ? "u" : "v") + column;
    const where = block.name === "M" ? `Weight from ${from} to u${row}` : `Bias of u${row}`;
    const [left, top, width, height] = block.box;
    const percent = (share) => `${100 * share}%`;
    Object.assign(cell.style, {
      left: percent(left + (width * column) / block.columns), width: percent(width / block.columns),
      top: percent(top + (height * row) / block.rows), height: percent(height / block.rows),
    });
    cell.style.setProperty("--w", width / block.columns);
    cell.style.setProperty("--h", height / block.rows);
    cell.className = "weight tint-text";
    cell.dataset.name = block.layer ? `${where}, affinity ${block.layer + 1}` : where;
    if (block.buttons) {
      cell.type = "button";
      cell.addEventListener("click", () => nnbench.editing.open({ layer: block.layer, name: block.name, row, column }, cell.dataset.name, cell));
    }
    return cell;
  }

  /* A function solid and its slope dotted, in every card that has none yet. */
  function drawPictures() {
    document.querySelectorAll("[data-path]").forEach((holder) => {
      if (holder.dataset.drawn === holder.dataset.path) return;
      const svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("viewBox", "-26 -19 52 38");
      svg.append(pathOf("axis", "M-26 0H26M0 -19V19"), pathOf("slope", holder.dataset.slope), pathOf("value", holder.dataset.path));
      holder.replaceChildren(svg);
      holder.dataset.drawn = holder.dataset.path;
    });
  }

  function pathOf(name, d) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", name);
    path.setAttribute("d", d);
    return path;
  }

  Object.assign(nnbench, { weights: { show, checkpointAt }, drawPictures });
})((window.nnbench = window.nnbench || {}));
