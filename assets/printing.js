/* Before the page goes to paper: how large the drawings are on the screen, and how much smaller they must be to share one page. */
(function () {
  "use strict";

  const ROOM = { printed: [640, 380], weights: [280, 380] };

  window.addEventListener("beforeprint", () => {
    const { style } = document.documentElement, boxes = { printed: ".plot", weights: ".weights-plot" };
    for (const name in boxes) {
      const { clientWidth: width, clientHeight: height } = document.querySelector(boxes[name]), [across, down] = ROOM[name];
      style.setProperty(`--${name}-w`, `${width}px`);
      style.setProperty(`--${name}-h`, `${height}px`);
      style.setProperty(`--${name}-fit`, Math.min(1, across / width, down / height));
    }
  });
  window.addEventListener("afterprint", () => {
    const names = Object.keys(ROOM).flatMap((name) => ["w", "h", "fit"].map((end) => `--${name}-${end}`));
    names.forEach((name) => document.documentElement.style.removeProperty(name));
  });
})();
