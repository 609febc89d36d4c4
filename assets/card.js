/* A layer's card in the strip: what it is, its fields, its picture, and a menu; in one chapter a switch for the notebook's mistake.

   What is typed counts when it is done. Escape puts back what stands, and so does leaving a field without having typed. */
(function (nnbench) {
  "use strict";

  const OWN = "own formula";
  const KINDS = { affinity: "Affinity", map: "Map", identity: "Identity" };
  const SWITCHES = { left: "M for Mᵀ", half: "half leak" };
  const change = (what, at, value) => nnbench.change(what, at, value);
  const make = (...parts) => nnbench.make(...parts);

  /* Map, or Map 2 where there are several. */
  function nameOf(layers, at) {
    const { kind } = layers[at], alike = layers.filter((layer) => layer.kind === kind);
    return alike.length > 1 ? `${KINDS[kind] || "Layer"} ${alike.indexOf(layers[at]) + 1}` : KINDS[kind] || "Layer";
  }

  function card(layer, at, about) {
    const lock = layer.frozen === "all" ? [nnbench.icon("lock")] : [];
    const kind = make("div", { class: "kind" }, ...lock, KINDS[layer.kind] || layer.name, ...mistake(layer, at));
    const flat = layer.flat ? [make("span", { class: "warn", title: "Its slope is zero everywhere: this layer never learns, and none before it." }, "never learns")] : [];
    return make("li", { class: `layer ${layer.frozen === "all" ? "frozen" : ""}`, "data-at": at, on: { keydown: (event) => byKey(event, at, about) } },
      make("div", {}, kind, make("div", { class: "what" }, ...what(layer, at, about))), ...flat, ...picture(layer, about), ...more(layer, at, about));
  }

  function what(layer, at, about) {
    if (layer.kind === "affinity") return affinityWords(layer, at, about);
    if (layer.kind !== "map") return [layer.kind === "identity" ? "x → x" : "yours"];
    if (!about.editable) return [layer.name];
    return [layer.own ? formulaField(layer, at, about) : functionMenu(layer, at, about)];
  }

  function affinityWords({ inputs, outputs, frozen }, at, { editable, name }) {
    const field = editable ? make("input", {
      class: "mini", value: outputs, inputmode: "numeric", "aria-label": `Outputs of ${name}`, "data-hand": `width-${at}`, "aria-describedby": "network-error",
      on: { change: ({ target }) => change("width", at, target.value) },
    }) : String(outputs);
    return [`${inputs} → `, field, ...(frozen ? [frozen === "all" ? " frozen" : " partly frozen"] : [])];
  }

  function functionMenu(layer, at, about) {
    const { functions, name } = about, choices = [...functions, ...(functions.includes(layer.name) ? [] : [layer.name]), OWN];
    return make("select", {
      class: "mini", "aria-label": `Function of ${name}`, "data-hand": `function-${at}`,
      on: {
        change: ({ target }) => (target.value === OWN ? swap(target, formulaField({}, at, about)) : change("function", at, target.value)),
        blur: ({ target }) => layer.own && target.value === layer.name && left(),
      },
    }, ...choices.map((choice) => make("option", { value: choice, selected: choice === layer.name }, choice)));
  }

  function formulaField({ own = false, name: text = "" }, at, { name }) {
    return make("input", {
      class: "mini formula", value: text, title: text || null, placeholder: "x*x/2", spellcheck: "false", autocapitalize: "off", "aria-label": `Formula of ${name}, in x`,
      "data-hand": `formula-${at}`, "data-variables": "x", "aria-describedby": "network-error",
      on: { change: ({ target }) => target.value.trim() && change("function", at, target.value), blur: ({ target }) => !own && !target.value.trim() && left() },
    });
  }

  /* The cards stand again as they were, once the focus has gone on. */
  const left = () => setTimeout(() => nnbench.strip.again());

  /* Another field in the place of this one, with the focus in it. */
  function swap(field, other) {
    field.replaceWith(other);
    other.focus();
  }

  function mistake({ switch: mistaken }, at) {
    if (!mistaken) return [];
    const box = make("input", { type: "checkbox", checked: mistaken.on, "data-hand": `switch-${at}`, on: { change: ({ target }) => change(mistaken.do, at, target.checked) } });
    return [make("label", { class: "mistake" }, box, SWITCHES[mistaken.do])];
  }

  function picture(layer, { name }) {
    if (layer.kind === "map") {
      return [make("span", { class: "curve", role: "img", "aria-label": `${layer.name} and its slope` }, nnbench.functionPicture(layer.path, layer.slope))];
    }
    if (layer.kind !== "affinity") return [];
    const columns = layer.cells[0].length - 1, shape = { "--rows": layer.cells.length, "--columns": columns };
    const cells = layer.cells.flatMap((row) => [...row.slice(0, -1).map(cell), make("span"), cell(row[columns])]);
    const numbers = `The ${(layer.inputs + 1) * layer.outputs} numbers of ${name}`;
    return [make("span", { class: "weight-picture", role: "img", style: shape, "aria-label": numbers, "data-name": numbers }, ...cells)];
  }

  const cell = (share) => make("i", { class: "tint", style: { "--t": share } });

  function more(layer, at, about) {
    if (!about.editable) return [];
    const says = { affinity: "move, randomize, freeze, remove", map: "move, own formula, remove" }[layer.kind] || "move, remove";
    return [make("button", {
      class: "button more", type: "button", "aria-label": `${about.name}: ${says}`, "aria-haspopup": "menu", "data-hand": `menu-${at}`,
      on: { click: (event) => nnbench.menu.open(event.currentTarget, acts(layer, at, about)) },
    }, nnbench.icon("dots"))];
  }

  function acts(layer, at, about) {
    const all = layer.frozen === "all", field = () => document.querySelector(`.layer[data-at="${at}"] .mini`);
    const own = {
      affinity: [{ text: "Randomize", act: () => change("redraw", at, null) }, { text: all ? "Free" : "Freeze", act: () => change("freeze", at, !all) }],
      map: [layer.own ? { text: "Named function", act: () => swap(field(), functionMenu(layer, at, about)) } : { text: "Own formula", act: () => swap(field(), formulaField({}, at, about)) }],
    }[layer.kind] || [];
    return [
      { text: "Move left", keys: "Alt ←", off: at === 0, act: () => change("move", at, -1) },
      { text: "Move right", keys: "Alt →", off: at === about.last, act: () => change("move", at, 1) },
      ...own,
      { text: "Remove", keys: "Del", apart: true, act: () => change("remove", at, null) },
    ];
  }

  /* Alt with an arrow moves the layer in hand, Del removes it; in a field both belong to the text, and Escape puts it back. */
  function byKey(event, at, { editable, last }) {
    const { target, key } = event, typing = target.matches("input:not([type=checkbox])");
    const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (!editable) return;
    if (key === "Escape" && target.matches(".mini")) putBack(target);
    else if (typing) return;
    else if (by && event.altKey && at + by >= 0 && at + by <= last) change("move", at, by);
    else if (key === "Delete") change("remove", at, null);
    else return;
    event.preventDefault();
  }

  function putBack(field) {
    if (field.defaultValue !== undefined) field.value = field.defaultValue;
    nnbench.clearRefusals();
    nnbench.strip.again();
  }

  nnbench.card = { make: card, nameOf, cell, KINDS };
})((window.nnbench = window.nnbench || {}));
