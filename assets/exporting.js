/* The Export menu: files that the server makes of the run that is shown, the curve as a picture, which is made here, the page on paper,
   and the way back, a file that is opened. */
(function (nnbench) {
  "use strict";

  const GROUPS = ["script", "experiment", "losses"];
  const byId = (id) => document.getElementById(id);

  function open(button) {
    const files = JSON.parse(byId("export").dataset.files);
    nnbench.menu.open(button, [
      { text: "Curve, PNG", act: () => nnbench.picture.png() },
      { text: "Curve, SVG", act: () => nnbench.picture.svg() },
      ...Object.keys(files).map((name) => ({ text: files[name], apart: GROUPS.includes(name), act: () => take(name) })),
      { text: "Print…", apart: true, act: () => window.print() },
      { text: "Open a file…", apart: true, act: () => nnbench.importing.choose() },
    ]);
  }

  async function take(name) {
    const query = await nnbench.links.current();
    if (query !== null) save(nnbench.here(`export/${name}?${query}`), "");
  }

  /* Lets the browser save what is there, under its own name or under this one. */
  function save(address, name) {
    const link = nnbench.make("a", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
  }

  document.addEventListener("click", ({ target }) => {
    const button = target.closest && target.closest("#export, #export-phone");
    if (button && nnbench.bench.shown) open(button);
  });

  nnbench.exporting = { save };
})((window.nnbench = window.nnbench || {}));
