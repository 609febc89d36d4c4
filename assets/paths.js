/* The path of each number over all steps, inside its cell, with a dot at the cursor; and beside the colours a word about what is drawn.
   Only cells that are buttons have room for one. */
(function (nnbench) {
  "use strict";

  const MOST_POINTS = 320;
  const LEAST = { width: 34, height: 40 };
  const ROWS = { top: 1, middle: 12, reach: 11 };

  /* A path for each cell that is large enough; without a tape there is none. */
  function draw(box, tape, scale) {
    const signature = tape && `${tape.summary.fingerprint} ${scale} ${box.clientWidth} ${box.clientHeight} ${box.dataset.signature}`;
    box.classList.toggle("pathless", !tape);
    if (!tape || box.dataset.paths === signature) return;
    box.dataset.paths = signature;
    const stride = strideOf(tape);
    buttons(box).forEach(([cell, at]) => {
      const room = cell.clientWidth >= LEAST.width && cell.clientHeight >= LEAST.height;
      cell.classList.toggle("with-path", room);
      cell.querySelector(".path").replaceChildren(...(room ? [picture(points(tape, at, stride), scale), nnbench.make("i")] : []));
    });
  }

  const strideOf = ({ losses }) => Math.ceil(losses.length / MOST_POINTS);

  /* Each button, and where its number stands in a row of the tape. */
  function buttons(box) {
    return [...box.children].flatMap((cell) => (cell.dataset.at ? [[cell, Number(cell.dataset.at)]] : []));
  }

  function points({ weights, width, every, losses, summary }, at, stride) {
    const found = [];
    for (let row = 0; row < losses.length; row += stride) {
      found.push([(100 * row * every) / summary.samples, weights[row * width + at]]);
    }
    return found;
  }

  const height = (value, scale) => ROWS.middle - (ROWS.reach * value) / scale;

  function picture(found, scale) {
    const d = found.filter(([, value]) => Number.isFinite(value)).map(([x, value]) => `${x.toFixed(2)} ${height(value, scale).toFixed(2)}`).join("L");
    return nnbench.element("svg", { viewBox: "0 0 100 24", preserveAspectRatio: "none" },
      nnbench.element("path", { class: "zero", d: `M0 ${ROWS.middle}H100` }), nnbench.element("path", { d: d && `M${d}` }));
  }

  /* The dots, where the numbers now are. */
  function follow(box, numbers, step, samples, scale) {
    buttons(box).forEach(([cell, at]) => {
      const dot = cell.querySelector(".path i");
      if (!dot) return;
      dot.style.left = `${(100 * step) / samples}%`;
      dot.style.top = `${(100 * height(numbers[at], scale)) / 24}%`;
    });
  }

  /* What is drawn of the run, and what is not. */
  function words(tape, drawn) {
    if (!tape) return "";
    const { every } = tape, each = every * strideOf(tape);
    if (drawn) return each === 1 ? "line: path over all steps" : `line: path, every ${ordinal(each)} step`;
    return every === 1 ? "" : `every ${ordinal(every)} step is kept, the others come where the cursor rests`;
  }

  function ordinal(n) {
    const ending = n % 100 > 10 && n % 100 < 14 ? "th" : { 1: "st", 2: "nd", 3: "rd" }[n % 10] || "th";
    return `${n.toLocaleString("en")}${ending}`;
  }

  nnbench.paths = { draw, follow, words };
})((window.nnbench = window.nnbench || {}));
