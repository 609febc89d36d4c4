/**
 * The output on the stage as a picture of its own. Colours are pixels; lines, samples, letters and ticks are such. The
 * texts around it are those of the stage.
 * @typedef {{ parts: Element[], height: number, words?: string[] }} Drawing As wide as the sheet.
 * @import { Answers, SetScore } from "../core/types.js"
 * @import { MapColours } from "../maps/map_canvas.js"
 * @import { SheetText } from "../lib/svg_sheet.js"
 * @import { SquarePicture } from "./square.js"
 */

import { byId, element, find, findAll } from "../lib/dom.js";
import { SvgContext } from "../lib/svg_context.js";
import { paintedImage } from "../lib/svg_file.js";
import { SHEET_SIDE, SYSTEM_FONT, svgSheet } from "../lib/svg_sheet.js";
import { currentTheme, token } from "../lib/theme.js";
import { formatCount } from "../core/format.js";
import { classMarks, namedOutput } from "../model/ports.js";
import { certainColour } from "../maps/class_areas.js";
import { curveLabels, drawCurves, drawnIn } from "../maps/map_canvas.js";
import { classColours, mapColours } from "../maps/map_colours.js";
import { layoutOf } from "../maps/map_layout.js";
import { drawnPlane, paintPlane, paintPlaneMarks } from "./row_plane.js";
import { paintLines } from "./row_lines.js";
import { paintScatter } from "./scatter.js";
import { paintMarks, paintSquare, squareIn } from "./square.js";

const BETWEEN = 24;
const MARGIN = { left: 36, bottom: 22, top: 22, wide: 56 };
/** The height of curves, as a share of their width. */
const LOW = 0.62;
const KEY = { width: 200, top: 8, bar: 8, box: 10, line: 20, apart: 16 };
const MATRIX = { names: 100, sums: 56, head: 28, gap: 3, most: 112 };
const ANCHORS = ["start", "middle", "end"];
const MIDDLE = "0.35em";
const TEXT = { "font-size": 12, lengthAdjust: "spacingAndGlyphs" };
const UPRIGHT = { transform: "rotate(270)", "text-anchor": "middle" };
/** The names of the icons in the key. @type {Record<string, string>} */
const MARKS = {
  "key-samples": "Dots",
  "key-misses": "Dots",
  "key-learned": "Dots",
  "key-held": "Circles",
  "key-held-out": "Circles",
  "key-border": "Line",
  "key-zero": "Line",
  "key-dashed": "Dashed line",
  "key-ring": "Ring",
  "key-own": "Ring",
};

/** @param {string} text @param {Record<string, string | number>} place */
const label = (text, place) => element("text", { ...TEXT, fill: token("--ink-2"), ...place }, text);

/** @param {number} x @param {number} y @param {...Element} parts */
const moved = (x, y, ...parts) => element("g", { transform: `translate(${x} ${y})` }, ...parts);

/**
 * The output, of rows with these answers, between sentences.
 * @param {HTMLElement} box @param {?Answers} answers @param {string} finding
 */
export function outputSheet(box, answers, finding) {
  const { parts, height, words = [finding, keyWords(box)] } = drawingOf(box, answers);
  /** @param {string} text @returns {SheetText} */
  const said = (text) => [text, "words"];
  return svgSheet(
    [[byId("sentence").textContent, "sentence"]],
    parts,
    [...words.filter(Boolean).map(said), [byId("printed-link").textContent, "link"]],
    height,
  );
}

/** The key beside the output as a sentence. @param {HTMLElement} box */
function keyWords(box) {
  const lines = findAll(box, ".picture-key li").filter(({ className }) => className in MARKS);
  return lines.map(({ className, textContent }) => `${MARKS[className]}: ${textContent}.`).join(" ");
}

/** @param {HTMLElement} box @param {?Answers} answers @returns {Drawing} */
function drawingOf(box, answers) {
  const colours = mapColours(currentTheme());
  const map = find(box, ".stage-plot > .stage-map");
  if (map) return curvesDrawing(map, colours);
  const rows = find(box, ".scatter-plot, .lines-plot");
  if (rows) return rowsDrawing(rows, /** @type {Answers} */ (answers));
  if (find(box, ".plane-plot")) return planeDrawing(colours);
  const score = find(box, ".confusion") && answers?.sets[answers.set];
  if (score) return matrixDrawing(score);
  return squaresDrawing(box, colours);
}

/* With one input */

/** @param {HTMLElement} map @param {MapColours} colours @returns {Drawing} */
function curvesDrawing(map, colours) {
  const { picture } = /** @type {NonNullable<ReturnType<typeof drawnIn>>} */ (drawnIn(map));
  const size = { width: SHEET_SIDE, height: LOW * SHEET_SIDE };
  const layout = layoutOf(picture, size);
  const context = new SvgContext(SYSTEM_FONT);
  drawCurves(context, picture, layout.plots[0], colours);
  /** @type {Record<string, Record<string, string>>} */
  const anchors = {
    above: { dy: "-0.4em" },
    "tick-x": { "text-anchor": "middle", dy: "1em" },
    "tick-y": { "text-anchor": "end", dy: MIDDLE },
    "curve-end": { "text-anchor": "end", dy: "-0.4em" },
  };
  const labels = curveLabels(picture, layout).map(({ text, anchor, x, y }) =>
    label(text, { x, y, ...anchors[anchor] }),
  );
  return { parts: [context.group, ...labels], height: size.height };
}

/* Squares */

/** @param {HTMLElement} box @param {MapColours} colours @returns {Drawing} */
function squaresDrawing(box, colours) {
  const figures = findAll(box, ".stage-square");
  const width = (SHEET_SIDE - BETWEEN * (figures.length - 1)) / figures.length;
  const side = width - MARGIN.left;
  const top = figures.length > 1 ? MARGIN.top : 0;
  const squares = figures.map((figure, k) =>
    moved(k * (width + BETWEEN) + MARGIN.left, top, ...squareParts(figure, side, colours)),
  );
  const bottom = top + side + MARGIN.bottom;
  const areas = squareIn(find(figures[0], ".stage-map"))?.areas;
  const key = areas ? classesDrawing(areas.scores.length) : scaleDrawing(find(box, ".colour-scale"), colours);
  return { parts: [...squares, moved(MARGIN.left, bottom, ...key.parts)], height: bottom + key.height };
}

/** @param {HTMLElement} figure @param {number} side @param {MapColours} colours */
function squareParts(figure, side, colours) {
  const picture = /** @type {SquarePicture} */ (squareIn(find(figure, ".stage-map")));
  const context = new SvgContext(SYSTEM_FONT);
  paintMarks(context, side, picture, colours);
  const caption = find(figure, "figcaption b");
  return [
    ...(caption ? [label(caption.textContent, { y: -8, "font-weight": 600, fill: token("--ink") })] : []),
    paintedImage({ width: side, height: side }, (canvas) => paintSquare(canvas, side, picture, colours)),
    context.group,
    ...findAll(figure, ".tick").map((tick) => tickLabel(tick, side)),
  ];
}

/** @param {HTMLElement} tick @param {number} side */
function tickLabel({ classList, textContent }, side) {
  const [, axis, at] = classList;
  const share = { low: 0, middle: 0.5, high: 1 }[at] ?? 0;
  if (axis === "across") {
    return label(textContent, { x: share * side, y: side + 15, "text-anchor": ANCHORS[2 * share] });
  }
  const y = (1 - share) * side;
  if (classList.contains("upright")) return moved(-12, y, label(textContent, UPRIGHT));
  return label(textContent, { x: -6, y, dy: ["0", MIDDLE, "0.8em"][2 * share], "text-anchor": "end" });
}

/* The key of the colours */

/** @param {HTMLElement} scale @param {MapColours} colours @returns {Drawing} */
function scaleDrawing(scale, { ramp }) {
  const { width, bar, top } = KEY;
  const image = paintedImage({ width, height: bar }, (context) => {
    const gradient = context.createLinearGradient(0, 0, width, 0);
    ramp.forEach((colour, k) => gradient.addColorStop(k / (ramp.length - 1), colour));
    context.fillStyle = gradient;
    context.fillRect(0, 0, width, bar);
  });
  const ends = findAll(scale, ".ends span").map(({ textContent }, k) =>
    label(textContent, { x: (k * width) / 2, y: top + bar + 14, "text-anchor": ANCHORS[k] }),
  );
  const name = label(find(scale, "b").textContent, { x: width + BETWEEN, y: top + bar });
  return { parts: [moved(0, top, image), ...ends, name], height: top + bar + 18 };
}

/** Measures labels. */
function plainText() {
  const context = new SvgContext(SYSTEM_FONT);
  context.font = `400 ${TEXT["font-size"]}px`;
  return context;
}

/** @param {number} count @returns {Drawing} */
function classesDrawing(count) {
  const context = plainText();
  const { box, apart, line } = KEY;
  let [x, y] = [0, line];
  const parts = classMarks(count).flatMap((mark, k) => {
    const name = namedOutput(k);
    const text = mark === name ? name : `${mark} ${name}`;
    const width = box + 5 + context.measureText(text).width;
    if (x && x + width > SHEET_SIDE - MARGIN.left) [x, y] = [0, y + line];
    const fill = certainColour(classColours()[k], token("--paper"));
    const at = { x, y: y - box + 1 };
    x += width + apart;
    return [element("rect", { ...at, width: box, height: box, fill }), label(text, { x: at.x + box + 5, y })];
  });
  return { parts, height: y + 4 };
}

/* Rows of a table */

/** @param {HTMLElement} plot @param {Answers} answers @returns {Drawing} */
function rowsDrawing(plot, answers) {
  const [width, high] = [SHEET_SIDE - MARGIN.wide, plot.matches(".lines-plot") ? LOW * SHEET_SIDE : SHEET_SIDE];
  const size = { width, height: high - MARGIN.wide };
  const context = new SvgContext(SYSTEM_FONT);
  const { lines } = answers;
  if (!lines) paintScatter(context, size, answers);
  const picture = lines ? paintedImage(size, (canvas) => paintLines(canvas, size, lines)) : context.group;
  const ticks = findAll(plot, ".map-label").map(({ textContent, style, classList }) =>
    classList.contains("tick-x")
      ? label(textContent, { x: shareOf(style.left) * width, y: size.height + 16, "text-anchor": "middle" })
      : label(textContent, { x: -6, y: shareOf(style.top) * size.height, dy: MIDDLE, "text-anchor": "end" }),
  );
  /** @param {string} side */
  const title = (side) => find(/** @type {Element} */ (plot.parentElement), `.scatter-${side}`)?.textContent ?? "";
  const titles = [
    label(title("across"), { x: width / 2, y: size.height + 34, "text-anchor": "middle" }),
    moved(-40, size.height / 2, label(title("up"), UPRIGHT)),
  ];
  return { parts: [moved(MARGIN.wide, 0, picture, ...ticks, ...titles)], height: high };
}

/** @param {string} percent */
const shareOf = (percent) => parseFloat(percent) / 100;

/** The confusion matrix. @param {SetScore} score @returns {Drawing} */
function matrixDrawing({ confusion = [] }) {
  const { names, sums, head, gap, most } = MATRIX;
  const step = Math.min(most, (SHEET_SIDE - names - sums) / confusion.length);
  /** @param {string} text @param {number} room @param {Record<string, string | number>} place */
  const fitted = (text, room, place) => {
    const part = label(text, place);
    if (context.measureText(text).width > room) part.setAttribute("textLength", String(room));
    return part;
  };
  const context = plainText();
  const heads = confusion.map((_, place) => {
    const middle = { x: names + (place + 0.5) * step, y: head - 8, "text-anchor": "middle" };
    return fitted(namedOutput(place), step - gap, middle);
  });
  const rows = confusion.map((counts, wanted) => {
    const sum = counts.reduce((total, count) => total + count, 0);
    const y = (step - gap) / 2;
    const cells = counts.map((count, answered) => {
      const isRight = wanted === answered;
      const kind = !count ? { fill: token("--sunken") } : isRight ? rightCell(count / sum) : WRONG();
      const box = { x: names + answered * step, width: step - gap, height: step - gap, rx: 3, ...kind };
      const text = { x: box.x + y, y, dy: MIDDLE, "text-anchor": "middle", "font-weight": 600, fill: token("--ink") };
      return [element("rect", box), ...(count ? [label(formatCount(count), text)] : [])];
    });
    const of = label(`of ${formatCount(sum)}`, { x: names + confusion.length * step + 6, y, dy: MIDDLE });
    return moved(
      0,
      head + wanted * step,
      fitted(namedOutput(wanted), names - 8, { y, dy: MIDDLE }),
      ...cells.flat(),
      of,
    );
  });
  const corner = label("is ↓ answered →", { y: head - 8 });
  return { parts: [corner, ...heads, ...rows], height: head + confusion.length * step };
}

/** @param {number} share */
const rightCell = (share) => ({ fill: token("--now"), "fill-opacity": 0.1 + 0.3 * share });
const WRONG = () => ({ fill: token("--raised"), stroke: token("--ink-3"), "stroke-width": 1.5 });

/** @param {MapColours} colours @returns {Drawing} */
function planeDrawing(colours) {
  const picture = /** @type {NonNullable<ReturnType<typeof drawnPlane>>} */ (drawnPlane());
  const size = { width: SHEET_SIDE, height: SHEET_SIDE };
  const context = new SvgContext(SYSTEM_FONT);
  paintPlaneMarks(context, SHEET_SIDE, picture, colours);
  const image = paintedImage(size, (canvas) => paintPlane(canvas, SHEET_SIDE, picture, colours));
  const rows = picture.plane.through.map(formatCount).join(", ");
  const coloured = picture.output === null ? "the winning class" : namedOutput(picture.output);
  const words = [
    `The plane through rows ${rows}; the colours are of ${coloured} and fade where no row is near.`,
    find(document, ".plane-caption span").textContent,
  ];
  return { parts: [image, context.group], height: size.height, words };
}
