/* The pictures on the strip's cards follow the cursor: each affine layer's cells have the colours of its weights at that step, as many
   of them as the picture has, the first and the last among them. */
(function (nnbench) {
  "use strict";

  const MOST_CELLS = 16;

  /* As the server thins them. */
  const thinned = (count) => (count <= MOST_CELLS
    ? Array.from({ length: count }, (_, i) => i)
    : Array.from({ length: MOST_CELLS }, (_, i) => Math.floor((i * (count - 1)) / (MOST_CELLS - 1))));

  function follow(blocks, cells, scale, step) {
    document.querySelectorAll("#network .weight-picture").forEach((picture, layer) => {
      const at = cells.findIndex((block) => block.layer === layer && block.name === "M");
      if (at < 0) return;
      const { rows, columns } = cells[at], [M, b] = [blocks[at], blocks[at + 1]], across = thinned(columns);
      const numbers = thinned(rows).flatMap((row) => [...across.map((column) => M[row * columns + column]), b[row]]);
      picture.querySelectorAll(".tint").forEach((cell, k) => cell.style.setProperty("--t", Number.isFinite(numbers[k]) ? (numbers[k] / scale).toFixed(3) : 0));
      picture.setAttribute("aria-label", `${picture.dataset.name} at step ${step.toLocaleString("en")}`);
    });
  }

  nnbench.pictures = { follow };
})((window.nnbench = window.nnbench || {}));
