/* What opens and closes: dialogs, the telephone's menu, and the tabs of its knob tray. The page mounts after this file has run, so
   everything listens on the document. */
(function () {
  "use strict";

  const all = (selector, act) => document.querySelectorAll(selector).forEach(act);

  /* A click on a dialog's backdrop closes it; one outside the open menu folds it. */
  document.addEventListener("click", (event) => {
    if (event.target instanceof HTMLDialogElement) event.target.close();
    if (!event.target.closest("summary")) all("details.folded[open]", (menu) => (menu.open = false));
    const tab = event.target.closest("#knob-tabs a");
    if (!tab) return;
    event.preventDefault();
    const block = document.querySelector(tab.getAttribute("href"));
    block.parentElement.scrollTo({ left: block.offsetLeft });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") all("details.folded[open]", (menu) => (menu.open = false));
  });

  /* The tab of the knob in view is the current one. */
  document.addEventListener("scroll", (event) => {
    const rail = event.target;
    if (!(rail instanceof HTMLElement) || !rail.classList.contains("rail") || !rail.clientWidth) return;
    const shown = rail.children[Math.round(rail.scrollLeft / rail.clientWidth)];
    if (shown instanceof HTMLDetailsElement) shown.open = true;
    all("#knob-tabs a", (tab) => tab.setAttribute("aria-current", String(tab.getAttribute("href") === `#${shown.id}`)));
  }, true);
})();
