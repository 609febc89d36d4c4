/* The target, a formula for each output: typed, checked while it is typed, and learned when it is done. What cannot be said as a formula
   is told in words. */
(function (nnbench) {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const texts = () => [...byId("target-formulas").querySelectorAll("input")].map((field) => field.value);
  const learn = (formulas) => nnbench.change("target", 0, formulas);

  function show({ formulas, editable, most }) {
    const rows = formulas.map((text, k) => nnbench.make("div", {}, name(k), editable ? field(text, k) : nnbench.make("span", { class: "text" }, text)));
    nnbench.refill(byId("target-formulas"), [...rows, ...(editable ? [count(formulas.length, most)] : [])], () => ".count button:not(:disabled)");
  }

  /* The formulas as they were before somebody typed into them. */
  const again = () => show(nnbench.bench.shown.frame.target);

  function byKey(event) {
    if (event.key !== "Escape") return;
    event.target.value = event.target.defaultValue;
    nnbench.clearRefusals();
    again();
  }

  function name(k) {
    return nnbench.make("span", { class: "label", "aria-hidden": "true" }, nnbench.make("i", {}, "y"), `${nnbench.subscript("", k)} =`);
  }

  const field = (text, k) => nnbench.make("input", {
    class: "formula", value: text, title: text, spellcheck: "false", autocapitalize: "off", "data-variables": "v", "data-hand": `y-${k}`,
    "aria-label": `Formula of ${nnbench.subscript("y", k)}`, "aria-describedby": "target-error",
    on: { change: () => learn(texts()), keydown: byKey },
  });

  /* One output more or less; the last affinity follows. */
  function count(outputs, most) {
    const act = (text, off, formulas) => nnbench.make("button", {
      class: "button", type: "button", disabled: off, "data-hand": text, on: { click: () => learn(formulas()) },
    }, text);
    return nnbench.make("div", { class: "count" }, act("Add an output", outputs >= most, () => [...texts(), "0"]), act("Remove the last", outputs < 2, () => texts().slice(0, -1)));
  }

  nnbench.target = { show, again };
})((window.nnbench = window.nnbench || {}));
