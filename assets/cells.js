/* The cells over the weight heatmaps. The heatmap paints the colours; the cells carry the numbers, and where there are few enough each
   is a button that edits its checkpoint value, with the number's own path in it. While the cursor moves, a canvas paints the colours. */
(function (nnbench) {
  "use strict";

  /* M and b of every affinity, one flat row for each block: the checkpoint's, those at the cursor, or what training changed. */
  function numbersOf({ frame }, view) {
    const before = checkpointOf(frame.weights);
    if (view === "checkpoint") return before;
    const after = blocksOf(frame.weights, nnbench.cursor.weights);
    return view === "trained" ? after : after.map((block, k) => block.map((value, i) => value - before[k][i]));
  }

  const checkpoints = new WeakMap();

  function checkpointOf(weights) {
    if (!checkpoints.has(weights)) checkpoints.set(weights, blocksOf(weights, nnbench.decode(weights.checkpoint)));
    return checkpoints.get(weights);
  }

  function blocksOf({ cells }, flat) {
    let start = 0;
    return cells.map(({ rows, columns }) => flat.subarray(start, (start += rows * columns)));
  }

  /* Paints the heatmaps and writes the numbers over them. */
  function show(shown, view, moving = false) {
    const { figure, cells } = shown.frame.weights, scale = nnbench.cursor.scale(), blocks = numbersOf(shown, view);
    const box = document.getElementById("weight-cells");
    box.parentElement.classList.toggle("moving", moving);
    if (moving && figure.data.length) nnbench.ramp.cells(box.parentElement, cells, blocks, scale, figure.data[0].colorscale);
    else drawn(shown, view, blocks, scale);
    write(box, cells, blocks, scale, moving);
    trace(box, shown, scale);
    nnbench.pictures.follow(view === "trained" ? blocks : numbersOf(shown, "trained"), cells, scale, nnbench.cursor.of);
  }

  let standing = null;

  /* The heatmaps, unless they stand there already: a tape that comes after its run often leaves them as they are. */
  function drawn({ frame, summary }, view, blocks, scale) {
    const { figure, cells } = frame.weights, name = [frame.name, summary.fingerprint, nnbench.cursor.of, view, scale].join();
    if (name === standing) return;
    standing = name;
    const data = figure.data.map((trace, k) => Object.assign({}, trace, { z: nnbench.rowsOf(blocks[k], cells[k].columns), zmin: -scale, zmax: scale }));
    nnbench.draw("weights", { data, layout: figure.layout });
  }

  /* Paths of the numbers themselves, whichever view is shown, with dots at the cursor. */
  function trace(box, { frame, summary }, scale) {
    const { weights, of } = nnbench.cursor, tape = nnbench.tape.now();
    nnbench.paths.draw(box, tape, scale);
    nnbench.paths.follow(box, weights, of, summary.samples, scale);
    nnbench.stepNamed(of, frame.weights.none ? "" : nnbench.paths.words(tape, box.querySelector(".with-path")));
  }

  function write(box, cells, blocks, scale, moving) {
    const signature = JSON.stringify(cells) + nnbench.bench.shown.frame.name;
    if (box.dataset.signature !== signature) {
      box.dataset.signature = signature;
      let start = 0;
      const made = cells.flatMap((block) => cellsOf(block, (start += block.rows * block.columns) - block.rows * block.columns));
      nnbench.refill(box, made, () => "button");
    }
    const readable = blocks.filter((_, k) => cells[k].numbers).flatMap((block) => Array.from(block));
    Array.from(box.children).forEach((cell, k) => {
      const text = nnbench.twoDecimals(readable[k]);
      cell.firstChild.textContent = text;
      cell.style.setProperty("--t", Number.isFinite(readable[k]) ? (readable[k] / scale).toFixed(3) : 0);
      if (cell.tagName === "BUTTON" && !moving) cell.setAttribute("aria-label", `${cell.dataset.name} is ${text}${cell.classList.contains("frozen") ? ", frozen" : ""}. Edit its checkpoint value`);
    });
  }

  /* The checkpoint's number in one cell. */
  function checkpointAt({ layer, name, row, column }) {
    const { shown } = nnbench.bench, { cells } = shown.frame.weights;
    const block = cells.findIndex((b) => b.layer === layer && b.name === name);
    return numbersOf(shown, "checkpoint")[block][row * cells[block].columns + column];
  }

  /* Where a cell's number stands in the network: its layer, and its place in M row by row and then b. */
  function placeOf({ layer, name, row, column }) {
    const { strip, weights } = nnbench.bench.shown.frame, block = weights.cells.find((b) => b.layer === layer && b.name === "M");
    const at = strip.layers.flatMap((card, index) => (card.kind === "affinity" ? [index] : []))[layer];
    return { at, place: name === "M" ? row * block.columns + column : block.rows * block.columns + row };
  }

  function isFrozen(cell) {
    const { at, place } = placeOf(cell), { frozen, places } = nnbench.bench.shown.frame.strip.layers[at];
    return frozen === "all" || places.includes(place);
  }

  /* The cells of a block whose numbers stand from `start` on in the row of all. */
  function cellsOf(block, start) {
    if (!block.numbers) return [];
    const cells = [];
    for (let row = 0; row < block.rows; row++) {
      for (let column = 0; column < block.columns; column++) cells.push(cellOf(block, row, column, start + row * block.columns + column));
    }
    return cells;
  }

  function cellOf(block, row, column, at) {
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
    cell.className = isFrozen({ layer: block.layer, name: block.name, row, column }) ? "weight tint-text frozen" : "weight tint-text";
    cell.dataset.hand = `${block.layer} ${block.name} ${row} ${column}`;
    cell.dataset.name = block.layer ? `${where}, affinity ${block.layer + 1}` : where;
    cell.append(nnbench.make("span", { class: "value" }));
    if (block.buttons) {
      cell.append(nnbench.make("span", { class: "path", "aria-hidden": "true" }));
      cell.dataset.at = at;
      cell.type = "button";
      cell.addEventListener("click", () => nnbench.editing.open({ layer: block.layer, name: block.name, row, column }, cell.dataset.name, cell));
    }
    return cell;
  }

  nnbench.weights = { show, checkpointAt, placeOf, isFrozen };
})((window.nnbench = window.nnbench || {}));
