/**
 * The bench in somebody else's page, its hidden parts, and the only knob that may be turned: attributes of the document
 * say all at first.
 */

const { dataset } = document.documentElement;

export const isEmbedded = () => dataset.embed !== undefined;

/** The parts that this page hides. */
export const hiddenParts = () => (dataset.hide ? dataset.hide.split(" ") : []);

/** The only knob that this page lets one turn; "" where it lets one turn all. */
export const onlyKnob = () => dataset.only ?? "";
