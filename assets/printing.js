/* Before the page goes to paper: how large the drawings are on the screen, and how much smaller or larger they share one page. */
(function () {
  "use strict";

  const LARGEST = 1.6;
  const ROOM = { printed: [700, 450], weights: [280, 450] };

  window.addEventListener("beforeprint", () => {
    const { style } = document.documentElement, boxes = { printed: ".plot", weights: ".weights-plot" };
    for (const name in boxes) {
      const { clientWidth: width, clientHeight: height } = document.querySelector(boxes[name]), [across, down] = ROOM[name];
      style.setProperty(`--${name}-w`, `${width}px`);
      style.setProperty(`--${name}-h`, `${height}px`);
      style.setProperty(`--${name}-fit`, Math.min(LARGEST, across / width, down / height));
    }
  });
  window.addEventListener("afterprint", () => {
    const names = Object.keys(ROOM).flatMap((name) => ["w", "h", "fit"].map((end) => `--${name}-${end}`));
    names.forEach((name) => document.documentElement.style.removeProperty(name));
  });
})();
