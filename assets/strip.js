/* The network strip: Input, a card for each layer, Output, with wires between them. Where a network can be edited, a wire has a + that
   adds a layer there, and a card its fields, a menu, and in one chapter a switch. */
(function (nnbench) {
  "use strict";

  const MOST_LINES = 8;
  const OWN = "own formula";
  const KINDS = { affinity: "Affinity", map: "Map", identity: "Identity" };
  const SWITCHES = { left: "M for Mᵀ", half: "half leak" };
  const change = (what, at, value) => nnbench.change(what, at, value);
  const make = (...parts) => nnbench.make(...parts);
  const icon = (name) => nnbench.icon(name);

  function show({ layers, widths, chip, editable, functions }) {
    const line = [port("Input", "v", widths[0])];
    layers.forEach((layer, at) => line.push(wire(widths[at], at, editable), card(layer, at, { editable, functions, last: layers.length - 1, name: nameOf(layers, at) })));
    line.push(wire(widths[layers.length], layers.length, editable), port("Output", "y", widths[layers.length]));
    keepingFocus(document.getElementById("network"), line);
    const cells = make("span", { class: "cells", "aria-hidden": "true" }, ...chip.cells.map(cell));
    document.getElementById("chip").replaceChildren(cells, make("span", {}, chip.digits));
  }

  /* Whoever had a card's field or button in hand has it again when the cards are drawn anew. */
  function keepingFocus(chain, line) {
    const held = chain.contains(document.activeElement) && document.activeElement.dataset.hand;
    chain.replaceChildren(...line);
    const again = held && chain.querySelector(`[data-hand="${held}"]`);
    if (again) again.focus();
  }

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
    }, icon("plus"))] : [];
    return make("li", { class: "wire", style: { "--n": many ? 1 : width } }, ...count, ...add);
  }

  const additions = (at) => Object.entries(KINDS).map(([kind, name]) => ({ text: name, act: () => change("insert", at, kind) }));

  function nameOf(layers, at) {
    const { kind } = layers[at], alike = layers.filter((layer) => layer.kind === kind);
    return alike.length > 1 ? `${KINDS[kind] || "Layer"} ${alike.indexOf(layers[at]) + 1}` : KINDS[kind] || "Layer";
  }

  function card(layer, at, about) {
    const words = make("div", {}, make("span", { class: "kind" }, ...(layer.frozen === "all" ? [icon("lock")] : []), KINDS[layer.kind] || layer.name), what(layer, at, about));
    const menu = about.editable ? [make("button", {
      class: "button more", type: "button", "aria-label": `${about.name}: ${layer.kind === "affinity" ? "move, randomize, freeze, remove" : "move, remove"}`,
      "aria-haspopup": "menu", "data-hand": `menu-${at}`, on: { click: (event) => nnbench.menu.open(event.currentTarget, acts(layer, at, about)) },
    }, icon("dots"))] : [];
    const flat = layer.flat ? [make("span", { class: "warn" }, "never learns")] : [];
    return make("li", { class: `layer ${layer.frozen === "all" ? "frozen" : ""}`, "data-at": at, on: { keydown: (event) => byKey(event, at, about) } }, words, ...flat, ...picture(layer, about), ...menu);
  }

  function what(layer, at, about) {
    if (layer.kind === "affinity") return affinityWords(layer, at, about);
    if (layer.kind === "map") return mapWords(layer, at, about);
    return make("span", { class: "what" }, layer.kind === "identity" ? "x → x" : "yours");
  }

  function affinityWords(layer, at, { editable, name }) {
    const outputs = editable ? make("input", {
      class: "mini", value: layer.outputs, inputmode: "numeric", "aria-label": `Outputs of ${name}`, "data-hand": `width-${at}`, "aria-describedby": "network-error",
      on: { change: (event) => change("width", at, event.target.value) },
    }) : String(layer.outputs);
    const frozen = layer.frozen === "all" ? [" frozen"] : layer.frozen === "some" ? [" partly frozen"] : [];
    return make("span", { class: "what" }, `${layer.inputs} → `, outputs, ...frozen, ...mistake(layer, at));
  }

  function mapWords(layer, at, { editable, functions, name }) {
    if (!editable) return make("span", { class: "what" }, layer.name);
    if (layer.own) {
      return make("span", { class: "what" }, make("input", {
        class: "mini formula", value: layer.name, spellcheck: "false", "aria-label": `Formula of ${name}, in x`, "data-hand": `formula-${at}`, "data-variables": "x", "aria-describedby": "network-error",
        on: { change: (event) => change("function", at, event.target.value) },
      }), ...mistake(layer, at));
    }
    const choices = [...functions, ...(functions.includes(layer.name) ? [] : [layer.name]), OWN];
    return make("span", { class: "what" }, make("select", {
      class: "mini", "aria-label": `Function of ${name}`, "data-hand": `function-${at}`,
      on: { change: (event) => (event.target.value === OWN ? startFormula(at, event.target) : change("function", at, event.target.value)) },
    }, ...choices.map((choice) => make("option", { value: choice, selected: choice === layer.name }, choice))), ...mistake(layer, at));
  }

  /* A formula of one's own begins in the place of the select; it counts once it is typed. */
  function startFormula(at, select) {
    const field = make("input", {
      class: "mini formula", placeholder: "x*x/2", spellcheck: "false", "aria-label": select.getAttribute("aria-label").replace("Function", "Formula"),
      "data-hand": `formula-${at}`, "data-variables": "x", "aria-describedby": "network-error", on: { change: (event) => change("function", at, event.target.value) },
    });
    select.replaceWith(field);
    field.focus();
  }

  function mistake({ switch: mistaken }, at) {
    if (!mistaken) return [];
    const box = make("input", { type: "checkbox", checked: mistaken.on, "data-hand": `switch-${at}`, on: { change: (event) => change(mistaken.do, at, event.target.checked) } });
    return [make("label", { class: "mistake" }, box, SWITCHES[mistaken.do])];
  }

  function picture(layer, { name }) {
    if (layer.kind === "map") {
      return [make("span", { class: "curve", role: "img", "aria-label": `${layer.name} and its slope` }, nnbench.functionPicture(layer.path, layer.slope))];
    }
    if (layer.kind !== "affinity") return [];
    const columns = layer.cells[0].length - 1, shape = { "--rows": layer.cells.length, "--columns": columns };
    const cells = layer.cells.flatMap((row) => [...row.slice(0, -1).map(cell), make("span"), cell(row[columns])]);
    return [make("span", { class: "weight-picture", role: "img", style: shape, "aria-label": `The ${(layer.inputs + 1) * layer.outputs} checkpoint numbers of ${name}` }, ...cells)];
  }

  const cell = (share) => make("i", { class: "tint", style: { "--t": share } });

  function acts(layer, at, { last }) {
    const affine = layer.kind === "affinity" ? [
      { text: "Randomize", act: () => change("redraw", at, null) },
      { text: layer.frozen === "all" ? "Free" : "Freeze", act: () => change("freeze", at, layer.frozen !== "all") },
    ] : [];
    const formula = layer.kind === "map" ? [
      { text: "Own formula", act: () => ownFormula(at) },
    ] : [];
    return [
      { text: "Move left", keys: "Alt ←", off: at === 0, act: () => change("move", at, -1) },
      { text: "Move right", keys: "Alt →", off: at === last, act: () => change("move", at, 1) },
      ...affine, ...formula,
      { text: "Remove", keys: "Del", apart: true, act: () => change("remove", at, null) },
    ];
  }

  function ownFormula(at) {
    const select = document.querySelector(`[data-hand="function-${at}"]`);
    if (select) startFormula(at, select);
    else document.querySelector(`[data-hand="formula-${at}"]`).focus();
  }

  /* Alt with an arrow moves the layer in hand, Del removes it; in a field both belong to the text. */
  function byKey(event, at, { editable, last }) {
    if (!editable || event.target.matches("input:not([type=checkbox])")) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by && event.altKey && at + by >= 0 && at + by <= last) change("move", at, by);
    else if (event.key === "Delete") change("remove", at, null);
    else return;
    event.preventDefault();
  }

  nnbench.strip = { show };
})((window.nnbench = window.nnbench || {}));
