/* A formula while it is typed: its picture and its slope, or what is wrong and where. The server reads it; nothing is learned yet. */
(function (nnbench) {
  "use strict";

  const PAUSE = 120;
  let timer = null;
  let asked = 0;

  document.addEventListener("input", ({ target }) => {
    if (!target.matches || !target.matches("[data-variables]")) return;
    clearTimeout(timer);
    timer = setTimeout(() => look(target), PAUSE);
  });
  ["focusout", "change"].forEach((ended) => document.addEventListener(ended, ({ target }) => target.matches && target.matches("[data-variables]") && close()));

  async function look(field) {
    const serial = ++asked, query = new URLSearchParams({ text: field.value, variables: field.dataset.variables });
    const told = await fetch(nnbench.here(`formula?${query}`)).then((response) => (response.ok ? response.json() : null), () => null);
    if (told && serial === asked && document.activeElement === field) show(field, told);
  }

  function show(field, told) {
    field.setAttribute("aria-invalid", String(Boolean(told.error)));
    const box = panel(field), { left, top, bottom } = field.getBoundingClientRect();
    box.replaceChildren(...(told.error ? wrong(field.value, told) : right(told)));
    box.style.left = `${Math.min(left, window.innerWidth - 296)}px`;
    box.hidden = false;
    const { height } = box.getBoundingClientRect();
    box.style.top = `${bottom + 4 + height > window.innerHeight ? top - height - 4 : bottom + 4}px`;
  }

  /* Within the same landmark as its field. */
  function panel(field) {
    const box = document.querySelector(".formula-panel") || nnbench.make("div", { class: "menu formula-panel", role: "status" });
    field.closest("section").append(box);
    return box;
  }

  function wrong(text, { error, position }) {
    const here = nnbench.make("code", {}, text.slice(0, position), nnbench.make("mark", {}, text.slice(position, position + 1) || "\u00a0"), text.slice(position + 1));
    return [here, nnbench.make("p", { class: "error" }, error)];
  }

  function right({ path, slope, slopeText, flat }) {
    const picture = path ? [nnbench.make("span", { class: "curve" }, nnbench.functionPicture(path, slope))] : [];
    const words = slopeText ? [nnbench.make("p", {}, "slope ", nnbench.make("code", {}, slopeText))] : [nnbench.make("p", {}, "This can be learned.")];
    const warning = flat ? [nnbench.make("p", { class: "warn" }, "Its slope is zero everywhere: this layer never learns, and none before it.")] : [];
    return [...picture, ...words, ...warning];
  }

  function close() {
    clearTimeout(timer);
    const box = document.querySelector(".formula-panel");
    if (box) box.hidden = true;
    asked++;
  }
})((window.nnbench = window.nnbench || {}));
