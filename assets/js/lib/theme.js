/** The theme in force, and what a token of the styles stands for in it. */

const root = () => document.documentElement;

export const currentTheme = () => (root().getAttribute("data-mantine-color-scheme") === "dark" ? "dark" : "light");
export const token = (name) => getComputedStyle(root()).getPropertyValue(name).trim();

/** Whether the window has the layout of a telephone. */
export const isNarrow = () => window.innerWidth < 900;

/** Calls the listener whenever another theme is in force. */
export const onThemeChange = (listener) =>
  new MutationObserver(listener).observe(root(), { attributeFilter: ["data-mantine-color-scheme"] });
