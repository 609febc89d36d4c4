/* How the page looks now: its theme, and what a token of the styles stands for in it. */
(function (nnbench) {
  "use strict";

  const root = document.documentElement;

  const theme = () => (root.getAttribute("data-mantine-color-scheme") === "dark" ? "dark" : "light");
  const token = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  Object.assign(nnbench, { theme, token });
})((window.nnbench = window.nnbench || {}));
