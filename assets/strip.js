/* The network strip: Input, a card for each layer, Output, with wires between them. Where a network can be edited, a wire has a + that
   adds a layer there. */
(function (nnbench) {
  "use strict";

  const MOST_LINES = 8;
  const make = (...parts) => nnbench.make(...parts);
  const byId = (id) => document.getElementById(id);

  function show({ layers, widths, chip, editable, functions }) {
    const line = [port("Input", "v", widths[0])];
    layers.forEach((layer, at) => {
      const about = { editable, functions, last: layers.length - 1, name: nnbench.card.nameOf(layers, at) };
      line.push(wire(widths[at], at, editable), nnbench.card.make(layer, at, about));
    });
    line.push(wire(widths[layers.length], layers.length, editable), port("Output", "y", widths[layers.length]));
    nnbench.refill(byId("network"), line, nearby);
    const cells = make("span", { class: "cells", "aria-hidden": "true" }, ...chip.cells.map(nnbench.card.cell));
    byId("chip").replaceChildren(cells, make("span", {}, chip.digits));
  }

  /* The cards as they were before somebody typed into them. */
  const again = () => show(nnbench.bench.shown.frame.strip);

  /* Where a hand goes whose card is gone, or has another field now: to the card that stands there, or to the last +. */
  const nearby = (held) => `.layer[data-at="${held.split("-").pop()}"] [data-hand], .wire:nth-last-child(2) .add`;

  function port(name, letter, width) {
    const names = Array.from({ length: width }, (_, k) => nnbench.subscript(letter, k));
    const said = width <= 3 ? names.join(" ") : `${names[0]} … ${names[width - 1]}`;
    return make("li", { class: "port" }, make("b", {}, name), make("span", { class: "label" }, said));
  }

  /* One hairline for each number that travels, or one hairline and their count. */
  function wire(width, at, editable) {
    const many = width > MOST_LINES, count = many ? [make("span", { "aria-hidden": "true" }, String(width))] : [];
    const add = editable ? [make("button", {
      class: "add", type: "button", "aria-label": `Add a layer at place ${at + 1}`, "aria-haspopup": "menu", "data-hand": `add-${at}`,
      on: { click: (event) => nnbench.menu.open(event.currentTarget, additions(at)) },
    }, nnbench.icon("plus"))] : [];
    return make("li", { class: "wire", style: { "--n": many ? 1 : width } }, ...count, ...add);
  }

  const additions = (at) => Object.entries(nnbench.card.KINDS).map(([kind, name]) => ({ text: name, act: () => nnbench.change("insert", at, kind) }));

  nnbench.strip = { show, again };
})((window.nnbench = window.nnbench || {}));
