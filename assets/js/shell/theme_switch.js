/** From light to dark and back; Mantine remembers it under its own key. */

import { currentTheme } from "../lib/theme.js";
import { constants } from "../core/constants.js";
import { setProps } from "../core/dash.js";
import { requestRun } from "../net/requests.js";

export function switchTheme() {
  const next = currentTheme() === "dark" ? "light" : "dark";
  setProps("mantine-provider", { forceColorScheme: next });
  document.documentElement.setAttribute("data-mantine-color-scheme", next);
  try {
    localStorage.setItem(constants.themeKey, next);
  } catch {
    // A browser that stores nothing still changes the theme.
  }
  requestRun();
}
