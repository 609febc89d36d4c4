/** The memory of this tab across a reload. */

import { state } from "../core/state.js";
import { packSession, unpackSession } from "./session_codec.js";
import { storeLater, storedSession } from "./tab_storage.js";

/** @import { Run } from "../core/types.js" */

export const saveSession = () => storeLater(() => packSession(state));

/**
 * Puts what this tab knew before it was loaded again into the state, as far as it is still offered; the run to go on
 * with, or null.
 * @param {(key: string) => boolean} isOffered
 */
export function restoreSession(isOffered) {
  const before = unpackSession(storedSession());
  if (!before || !isOffered(before.base.key)) return null;
  /** @param {Run[]} runs */
  const offered = (runs) => runs.filter(({ key }) => isOffered(key));
  Object.assign(state, {
    past: offered(before.past),
    future: offered(before.future),
    ghosts: before.base.ghosts,
    restored: before.base,
    pins: before.pins.filter(({ run }) => isOffered(run.key)),
  });
  return before.base;
}
