/* Before the page goes to paper: how large the drawings are on the screen, and how much smaller or larger they share one page. */
(function () {
  "use strict";

  const LARGEST = 1.6;
  const ROOM = { printed: [640, 440], weights: [280, 400] };
  const UNDER_A_LESSON = 0.68;

  window.addEventListener("beforeprint", () => {
    const { style } = document.documentElement, boxes = { printed: ".plot", weights: ".weights-plot" };
    const lower = document.getElementById("lesson").hidden ? 1 : UNDER_A_LESSON;
    for (const name in boxes) {
      const { clientWidth: width, clientHeight: height } = document.querySelector(boxes[name]), [across, down] = ROOM[name];
      style.setProperty(`--${name}-w`, `${width}px`);
      style.setProperty(`--${name}-h`, `${height}px`);
      style.setProperty(`--${name}-fit`, Math.min(LARGEST, across / width, (lower * down) / height));
    }
  });
  window.addEventListener("afterprint", () => {
    const names = Object.keys(ROOM).flatMap((name) => ["w", "h", "fit"].map((end) => `--${name}-${end}`));
    names.forEach((name) => document.documentElement.style.removeProperty(name));
  });
})();
