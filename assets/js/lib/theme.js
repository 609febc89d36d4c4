/** What the document says of how it looks: the theme in force with its tokens, and the view that is on the stage. */

const THEME = "data-mantine-color-scheme";
const root = () => document.documentElement;

export const currentTheme = () => (root().getAttribute(THEME) === "dark" ? "dark" : "light");
export const setTheme = (theme) => root().setAttribute(THEME, theme);
export const token = (name) => getComputedStyle(root()).getPropertyValue(name).trim();

/** Which view is on the stage. */
export const currentView = () => root().dataset.view;

const telephone = window.matchMedia("(max-width: 899px)");

/** Whether the window has the layout of a telephone. To ask for its width would lay out the page as it is written. */
export const isNarrow = () => telephone.matches;

/** Calls the listener whenever another theme is in force, or the same with other tokens. */
export const onThemeChange = (listener) => new MutationObserver(listener).observe(root(), { attributeFilter: [THEME] });
