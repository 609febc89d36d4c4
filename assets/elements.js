/* Elements, made in one line each: HTML, SVG, an icon, a function's picture. */
(function (nnbench) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

  /* An element with attributes (false and null are left out), custom properties, listeners and children. */
  function make(tag, { style = {}, on = {}, ...attributes } = {}, ...children) {
    const made = document.createElement(tag);
    for (const name in attributes) if (attributes[name] !== false && attributes[name] !== null) made.setAttribute(name, attributes[name] === true ? "" : attributes[name]);
    for (const name in style) made.style.setProperty(name, style[name]);
    for (const name in on) made.addEventListener(name, on[name]);
    made.append(...children);
    return made;
  }

  function element(name, attributes, ...children) {
    const made = document.createElementNS(SVG, name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    made.append(...children);
    return made;
  }

  const icon = (name) => make("span", { class: `icon icon-${name}`, "aria-hidden": "true" });

  /* v₀, u₁₂. */
  const subscript = (letter, index) => letter + String(index).replace(/\d/g, (digit) => SUBSCRIPTS[digit]);

  /* A function solid and its slope dotted, over −3 … 3. */
  const functionPicture = (path, slope) => element("svg", { viewBox: "-26 -19 52 38", "aria-hidden": "true" },
    element("path", { class: "axis", d: "M-26 0H26M0 -19V19" }), element("path", { class: "slope", d: slope }), element("path", { class: "value", d: path }));

  /* All of the box is drawn anew, and stays where it was scrolled to. Whoever had a field or a button of it in hand (`data-hand`) has it
     again, or what `nearby` finds. */
  function refill(box, children, nearby) {
    const held = box.contains(document.activeElement) && document.activeElement.dataset.hand, { scrollLeft } = box;
    box.replaceChildren(...children);
    box.scrollLeft = scrollLeft;
    const again = held && (box.querySelector(`[data-hand="${held}"]`) || box.querySelector(nearby(held)));
    if (again) again.focus();
  }

  Object.assign(nnbench, { make, refill, element, icon, subscript, functionPicture });
})((window.nnbench = window.nnbench || {}));
