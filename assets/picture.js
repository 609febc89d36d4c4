/* The curve as a picture of its own: the sentence over it, the curve with its dots, levels and names, and the link under it. Everything
   that is drawn beside Plotly's own drawing is drawn once more, for a canvas and styles do not travel. */
(function (nnbench) {
  "use strict";

  const PAD = 24;
  const HEAD = 64;
  const FOOT = 34;
  const SHARP = 2;
  const PAINT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "font-size"];
  const SHAPES = {
    dots: (x, y, r) => `M${x} ${y}m${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`,
    lower: (x, y, r) => `M${x} ${y}m${-r} ${-r / 2}h${2 * r}l${-r} ${1.5 * r}z`,
  };
  const FONT = "'IBM Plex Sans', system-ui, sans-serif";
  const byId = (id) => document.getElementById(id);

  async function drawn() {
    const picture = byId("loss-picture"), { clientWidth: width, clientHeight: height } = picture;
    await window.Plotly;
    const graph = picture.querySelector(".js-plotly-plot"), places = placesIn(graph);
    const curve = await window.Plotly.toImage(graph, { format: "svg", width, height });
    const { element } = nnbench, size = { width: width + 2 * PAD, height: height + HEAD + FOOT };
    const inside = element("g", { transform: `translate(${PAD} ${HEAD})` }, beneath(graph, places), ...dots(places), parsed(curve), ...over(picture), ...names(picture));
    return element("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${size.width} ${size.height}`, ...size, "font-family": FONT },
      element("rect", { ...size, fill: nnbench.token("--paper") }),
      words(byId("sentence").textContent, { x: PAD, y: 30, "font-size": 19, fill: nnbench.token("--ink") }, size.width - 2 * PAD),
      words(byId("proof").textContent, { x: PAD, y: 50, "font-size": 12.5, fill: nnbench.token("--ink-2") }, size.width - 2 * PAD),
      inside,
      words(byId("printed-link").textContent, { x: PAD, y: size.height - 12, "font-size": 10, fill: nnbench.token("--ink-3") }, size.width - 2 * PAD));
  }

  /* A line of text, set closer where it would not fit. */
  function words(text, attributes, most) {
    const close = text.length * attributes["font-size"] * 0.5 > most ? { textLength: most, lengthAdjust: "spacingAndGlyphs" } : {};
    return nnbench.element("text", { ...attributes, ...close }, text);
  }

  function parsed(address) {
    const text = decodeURIComponent(address.slice(address.indexOf(",") + 1));
    return document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
  }

  /* Where a step and a loss lie, as Plotly's axes place them. */
  function placesIn({ _fullLayout: { xaxis, yaxis, width, height } }) {
    return { width, height, x: (step) => xaxis._offset + xaxis.l2p(step), y: (loss) => yaxis._offset + yaxis.l2p(Math.log10(loss)) };
  }

  /* Other parts' lines and bands are painted, so they are painted once more, sharper, and cut where the plot ends. */
  function beneath({ _fullLayout: { xaxis, yaxis } }, places) {
    const { width, height } = places, canvas = nnbench.make("canvas", { width: width * SHARP, height: height * SHARP });
    const brush = canvas.getContext("2d");
    brush.scale(SHARP, SHARP);
    brush.rect(xaxis._offset, yaxis._offset, xaxis._length, yaxis._length);
    brush.clip();
    nnbench.beneath.forEach((painter) => painter(brush, places));
    return nnbench.element("image", { href: canvas.toDataURL(), width, height });
  }

  /* The run's dots, and the triangles of what lies below the axis. */
  function dots(places) {
    const at = (step, loss) => [places.x(step), places.y(loss)];
    return Object.entries(SHAPES).flatMap(([name, shape]) => {
      const trace = nnbench.bench.shown.loss.data.find((part) => part.name === name);
      if (!trace) return [];
      const { x, y, marker } = trace, steps = nnbench.decode(x), losses = nnbench.decode(y), radius = marker.size / 2;
      const d = Array.from(steps, (step, k) => shape(...at(step, losses[k]).map((n) => n.toFixed(2)), radius)).join("");
      return [nnbench.element("path", { d, fill: marker.color, opacity: marker.opacity })];
    });
  }

  function over(picture) {
    return [...picture.querySelectorAll(".over > *")].map((part) => {
      const copy = part.cloneNode(true), style = getComputedStyle(part);
      PAINT.forEach((name) => copy.setAttribute(name, style.getPropertyValue(name)));
      copy.removeAttribute("style");
      return copy;
    });
  }

  function names(picture) {
    const from = picture.getBoundingClientRect();
    return [...document.querySelectorAll(".ghost-label")].map((name) => {
      const { left, top, height } = name.getBoundingClientRect(), style = getComputedStyle(name);
      const place = { x: left - from.left, y: top - from.top + height / 2 + 4 };
      return nnbench.element("text", { ...place, "font-size": style.fontSize, "font-weight": style.fontWeight, fill: style.color }, (name.querySelector("button") || name).textContent);
    });
  }

  const named = (ending) => `${nnbench.bench.shown.key}-${nnbench.bench.shown.summary.fingerprint}.${ending}`;
  const file = async () => new Blob([new XMLSerializer().serializeToString(await drawn())], { type: "image/svg+xml" });

  /* Hands the browser a file to save, and lets go of it when that is done. */
  function save(blob, ending) {
    const address = URL.createObjectURL(blob);
    nnbench.exporting.save(address, named(ending));
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  async function svg() {
    await nnbench.links.current();
    save(await file(), "svg");
  }

  async function png() {
    await nnbench.links.current();
    const address = URL.createObjectURL(await file()), image = new Image();
    image.src = address;
    await image.decode();
    const canvas = nnbench.make("canvas", { width: image.width * SHARP, height: image.height * SHARP });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(address);
    canvas.toBlob((blob) => save(blob, "png"), "image/png");
  }

  nnbench.picture = { png, svg };
})((window.nnbench = window.nnbench || {}));
