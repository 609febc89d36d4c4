/* The cells over the weight heatmaps, and the small pictures on the cards. The heatmap paints the colours; the cells
   carry the numbers, and where there are few enough each is a button that edits its checkpoint value. */
(function (nnbench) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";

  /* Lays the numbers over the heatmaps; each block's place comes as fractions of the drawing area. */
  function layCells(box, weights, view, edit) {
    const signature = JSON.stringify(weights.cells);
    if (box.dataset.signature !== signature) {
      box.dataset.signature = signature;
      box.replaceChildren(...weights.cells.flatMap((block) => cellsOf(block, edit)));
    }
    const texts = weights.views[view].text.flat(), shares = weights.shares[view].filter((_, k) => weights.cells[k].numbers).flat();
    Array.from(box.children).forEach((cell, k) => {
      cell.textContent = texts[k];
      cell.style.setProperty("--t", shares[k]);
      if (cell.tagName === "BUTTON") cell.setAttribute("aria-label", `${cell.dataset.name} is ${texts[k]}. Edit its checkpoint value`);
    });
  }

  function cellsOf(block, edit) {
    if (!block.numbers) return [];
    const cells = [];
    for (let row = 0; row < block.rows; row++) {
      for (let column = 0; column < block.columns; column++) cells.push(cellOf(block, row, column, edit));
    }
    return cells;
  }

  function cellOf(block, row, column, edit) {
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
      cell.addEventListener("click", () => edit({ layer: block.layer, name: block.name, row, column }, cell.dataset.name, cell));
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

  Object.assign(nnbench, { layCells, drawPictures });
})((window.nnbench = window.nnbench || {}));
