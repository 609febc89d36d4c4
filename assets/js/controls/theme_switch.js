/**
 * From light to dark and back; Mantine remembers it under its own key. Where the system chooses the colours, the theme
 * is the one that goes with them, whatever was chosen here.
 */

import { remember } from "../lib/storage.js";
import { currentTheme, onThemeChange, setTheme } from "../lib/theme.js";
import { constants } from "../core/constants.js";
import { setProps } from "../core/dash.js";
import { requestRun } from "../net/requests.js";

export function switchTheme() {
  const next = currentTheme() === "dark" ? "light" : "dark";
  setProps("mantine-provider", { forceColorScheme: next });
  setTheme(next);
  remember(localStorage, constants.themeKey, next);
}

export function installThemeSwitch() {
  const forced = matchMedia("(forced-colors: active)");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    const theme = dark.matches ? "dark" : "light";
    if (forced.matches && currentTheme() !== theme) setTheme(theme);
  };
  let drawnIn = currentTheme();
  onThemeChange(() => {
    follow();
    if (currentTheme() === drawnIn) return;
    // The figures of a run come in the colours of the theme, whoever has changed it.
    drawnIn = currentTheme();
    requestRun();
  });
  follow();
  dark.addEventListener("change", follow);
  forced.addEventListener("change", () => {
    setTheme(currentTheme());
    follow();
    requestRun();
  });
}
