/** How the document looks: the theme in force with its tokens. */

/** @typedef {"light" | "dark"} Theme */

const THEME = "data-mantine-color-scheme";
const root = () => document.documentElement;

/** @returns {Theme} */
export const currentTheme = () => (root().getAttribute(THEME) === "dark" ? "dark" : "light");
/** @param {Theme} theme */
export const setTheme = (theme) => root().setAttribute(THEME, theme);
/** @type {Map<string, string>} */
const tokens = new Map();
let readAs = "";
const forgetTokens = () => tokens.clear();

/**
 * To ask for a style has the page's styles computed anew where anything has changed, so each is asked for once, and
 * again where the root has other attributes or the window another size.
 * @param {string} name
 */
export function token(name) {
  const attributes = Array.from(root().attributes, ({ value }) => value).join();
  if (attributes !== readAs) {
    readAs = attributes;
    forgetTokens();
    window.addEventListener("resize", forgetTokens);
  }
  const known = tokens.get(name) ?? getComputedStyle(root()).getPropertyValue(name).trim();
  tokens.set(name, known);
  return known;
}

const telephone = window.matchMedia("(max-width: 899px)");

/** Whether the window has the layout of a telephone. To ask for its width would lay out the page as it is written. */
export const isNarrow = () => telephone.matches;

/** Whether whoever looks wants less motion. */
export const isCalm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * Calls the listener whenever another theme is in force, or the same with other tokens.
 * @param {() => void} listener
 */
export const onThemeChange = (listener) => new MutationObserver(listener).observe(root(), { attributeFilter: [THEME] });
