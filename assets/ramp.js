/* Colours painted by hand while the cursor moves: cells and maps on a canvas, with the ramp and the places that Plotly has, in a
   fraction of its time. At rest Plotly draws them again, for the hand that hovers. */
(function (nnbench) {
  "use strict";

  const SHADES = 511;
  const GAP = 1.5;
  const ramps = new WeakMap();

  /* The colour scale as shades from −1 to 1, between its stops as Plotly mixes them. */
  function rampOf(scale) {
    if (!ramps.has(scale)) ramps.set(scale, Array.from({ length: SHADES }, (_, k) => shade(scale, k / (SHADES - 1))));
    return ramps.get(scale);
  }

  function shade(scale, share) {
    const above = Math.max(1, scale.findIndex(([stop]) => stop >= share)), [[from, low], [to, high]] = [scale[above - 1], scale[above]];
    const mix = (share - from) / (to - from), part = (hex, at) => parseInt(hex.slice(at, at + 2), 16);
    return [1, 3, 5].map((at) => Math.round(part(low, at) + (part(high, at) - part(low, at)) * mix));
  }

  const shadeOf = (value, scale) => Math.round(((SHADES - 1) * (Math.max(-1, Math.min(1, value / scale)) + 1)) / 2);

  /* The canvas of a box, as large as it is and cleared. */
  function cleared(box) {
    const canvas = box.querySelector("canvas.live") || box.insertBefore(nnbench.make("canvas", { class: "live", "aria-hidden": "true" }), box.firstChild);
    const size = { width: canvas.clientWidth, height: canvas.clientHeight };
    return { brush: brushOn(canvas, size), ...size };
  }

  /* A brush for an empty canvas of that size in pixels of the page; its memory is taken anew only for another size. */
  function brushOn(canvas, { width, height }) {
    const sharp = window.devicePixelRatio || 1, brush = canvas.getContext("2d"), [wide, high] = [width, height].map((side) => Math.floor(side * sharp));
    if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
    brush.setTransform(sharp, 0, 0, sharp, 0, 0);
    brush.clearRect(0, 0, width, height);
    return brush;
  }

  /* Blocks of cells: each lies in a box of shares from the left and the top, and has its own colour scale. */
  function cells(box, blocks, numbers, scale, colours) {
    const { brush, width, height } = cleared(box), ramp = rampOf(colours);
    blocks.forEach(({ rows, columns, box: [left, top, wide, high] }, k) => {
      const across = (wide * width) / columns, down = (high * height) / rows;
      for (let i = 0; i < rows * columns; i++) {
        const value = numbers[k][i];
        if (!Number.isFinite(value)) continue;
        brush.fillStyle = `rgb(${ramp[shadeOf(value, scale)].join()})`;
        brush.fillRect(left * width + (i % columns) * across + GAP / 2, top * height + Math.floor(i / columns) * down + GAP / 2, across - GAP, down - GAP);
      }
    });
  }

  /* Squares of side × side numbers, the first row at the bottom, each in a box of pixels. */
  function squares(box, parts, side, scale, colours) {
    const { brush } = cleared(box), ramp = rampOf(colours), small = new OffscreenCanvas(side, side), pen = small.getContext("2d");
    const image = pen.createImageData(side, side);
    parts.forEach(({ numbers, left, top, width, height }) => {
      numbers.forEach((value, i) => {
        const at = 4 * ((side - 1 - Math.floor(i / side)) * side + (i % side));
        image.data.set(Number.isFinite(value) ? ramp[shadeOf(value, scale)] : [0, 0, 0], at);
        image.data[at + 3] = Number.isFinite(value) ? 255 : 0;
      });
      pen.putImageData(image, 0, 0);
      brush.drawImage(small, left, top, width, height);
    });
  }

  nnbench.ramp = { brushOn, cells, squares };
})((window.nnbench = window.nnbench || {}));
