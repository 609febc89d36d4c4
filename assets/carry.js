/* Carrying the landscape away: its numbers as CSV or NPZ, which the server writes, and its picture as PNG, which is made here. */
(function (nnbench) {
  "use strict";

  const SHARP = 2;
  const HEAD = 56;
  const PAD = 16;
  const NUMBERS = ["settled", "last", "diverged", "steps"];
  const KINDS = { csv: "text/csv", npz: "application/octet-stream" };

  function encoded(array) {
    const bytes = new Uint8Array(array.buffer);
    let text = "";
    for (let k = 0; k < bytes.length; k++) text += String.fromCharCode(bytes[k]);
    return btoa(text);
  }

  async function numbers(map, kind) {
    const told = Object.fromEntries(NUMBERS.map((name) => [name, encoded(map[name])]));
    const answer = await nnbench.aside("landscape_file", Object.assign({ plan: nnbench.landscape.planOf(map), kind }, told));
    if (answer) save(new Blob([Uint8Array.from(atob(answer.file), (letter) => letter.charCodeAt(0))], { type: KINDS[kind] }), map, kind);
  }

  async function picture(map) {
    const box = document.getElementById("landscape-map"), { clientWidth: width, clientHeight: height } = box;
    await window.Plotly;
    const plot = await window.Plotly.toImage(box.querySelector(".graph"), { format: "svg", width, height });
    const over = box.querySelector("svg.over-map").cloneNode(true);
    Object.entries({ xmlns: "http://www.w3.org/2000/svg", width, height, "font-family": "sans-serif" }).forEach(([name, value]) => over.setAttribute(name, value));
    const marks = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(over))}`;
    const canvas = nnbench.make("canvas", { width: (width + 2 * PAD) * SHARP, height: (height + HEAD + PAD) * SHARP }), brush = canvas.getContext("2d");
    brush.scale(SHARP, SHARP);
    brush.fillStyle = nnbench.token("--paper");
    brush.fillRect(0, 0, width + 2 * PAD, height + HEAD + PAD);
    words(brush, width);
    for (const address of [plot, marks]) brush.drawImage(await loaded(address), PAD, HEAD, width, height);
    canvas.toBlob((blob) => save(blob, map, "png"), "image/png");
  }

  function words(brush, width) {
    brush.fillStyle = nnbench.token("--ink");
    brush.font = `600 15px ${nnbench.token("--font")}`;
    brush.fillText(nnbench.bench.shown.summary.title, PAD, 24);
    brush.fillStyle = nnbench.token("--ink-2");
    brush.font = `12px ${nnbench.token("--font")}`;
    brush.fillText(`${document.getElementById("landscape-hint").textContent.split(". ")[0]}. Hatched: diverged.`, PAD, 44, width);
  }

  async function loaded(address) {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
  }

  function save(blob, map, ending) {
    const address = URL.createObjectURL(blob), name = `landscape-${nnbench.bench.key}-${map.x}-${map.y}.${ending}`;
    nnbench.make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  document.addEventListener("click", ({ target }) => {
    const { map } = nnbench.landscape;
    if (!target.closest || !target.closest("#landscape-files button") || !map || !map.figure) return;
    if (target.name === "png") picture(map);
    else numbers(map, target.name);
  });
})((window.nnbench = window.nnbench || {}));
