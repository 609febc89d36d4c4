/* One menu for everything that has one: it opens beside the button that was pressed, and closes on a choice, Escape or a click elsewhere. */
(function (nnbench) {
  "use strict";

  let menu = null;
  let opener = null;

  function open(button, rows) {
    menu = menu || nnbench.make("div", {
      id: "layer-menu", class: "menu", role: "menu", popover: "auto", on: { keydown: byKey, toggle: (event) => event.newState === "closed" && leave() },
    });
    // Within the same landmark as its button.
    button.closest("section, header").append(menu);
    menu.replaceChildren(...rows.flatMap(({ text, keys, off, apart, act }) => [
      ...(apart ? [nnbench.make("hr")] : []),
      nnbench.make("button", { type: "button", role: "menuitem", "aria-disabled": off ? "true" : null, tabindex: "-1", on: { click: () => off || choose(act) } }, text, nnbench.make("small", {}, keys || "")),
    ]));
    opener = button;
    menu.setAttribute("aria-label", button.getAttribute("aria-label") || button.textContent);
    menu.showPopover();
    place(button.getBoundingClientRect());
    menu.querySelector("[role=menuitem]:not([aria-disabled])").focus();
  }

  function place({ left, right, bottom, top }) {
    const { width, height } = menu.getBoundingClientRect(), { innerWidth, innerHeight } = window;
    menu.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8, right))}px`;
    menu.style.top = `${bottom + 4 + height > innerHeight ? Math.max(8, top - height - 4) : bottom + 4}px`;
  }

  function choose(act) {
    menu.hidePopover();
    act();
  }

  function leave() {
    if (opener && opener.isConnected && menu.contains(document.activeElement)) opener.focus();
  }

  function byKey(event) {
    const items = [...menu.querySelectorAll("[role=menuitem]")], at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Tab") menu.hidePopover();
    if (to === undefined) return;
    event.preventDefault();
    items[(to + items.length) % items.length].focus();
  }

  nnbench.menu = { open };
})((window.nnbench = window.nnbench || {}));
