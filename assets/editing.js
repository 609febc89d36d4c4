/* One checkpoint weight in its small dialog: a click on its cell opens it, Set and Set to 0 ask for the run with it. */
(function (nnbench) {
  "use strict";

  const byId = (id) => document.getElementById(id);
  let cell = null;

  function open(place, name, button) {
    const { left, bottom } = button.getBoundingClientRect(), root = document.documentElement.style;
    root.setProperty("--edit-x", `${left}px`);
    root.setProperty("--edit-y", `${bottom - 8}px`);
    cell = place;
    nnbench.set("edit-label", { children: `${name}, in the checkpoint` });
    nnbench.set("edit-field", { value: String(Number(nnbench.weights.checkpointAt(place).toPrecision(6))) });
    nnbench.set("edit-error", { children: "" });
    nnbench.set("edit-freeze", { children: nnbench.weights.isFrozen(place) ? "Free" : "Freeze", hidden: !nnbench.bench.shown.frame.strip.editable });
    byId("edit").showModal();
  }

  /* Dash calls this for the buttons and for Enter in the field. */
  function submitted(setClicks, zeroClicks, freezeClicks, submits, text) {
    const by = window.dash_clientside.callback_context.triggered_id;
    const typed = by === "edit-zero" ? "0" : String(text);
    if (cell && by === "edit-freeze") freeze();
    else if (cell && by) nnbench.gate.act(nnbench.asked("edit", { cell: Object.assign({}, cell, { text: typed }) }));
  }

  function freeze() {
    const { at, place } = nnbench.weights.placeOf(cell);
    nnbench.change("freeze one", at, place);
  }

  function close() {
    if (!cell) return;
    cell = null;
    byId("edit").close();
  }

  nnbench.editing = { open, submitted, close };
})((window.nnbench = window.nnbench || {}));
