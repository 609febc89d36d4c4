/** The bench in somebody else's page, and its hidden parts: attributes of the document say both at first. */

const { dataset } = document.documentElement;

export const isEmbedded = () => dataset.embed !== undefined;

/** The parts that this page hides. */
export const hiddenParts = () => (dataset.hide ? dataset.hide.split(" ") : []);
