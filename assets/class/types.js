/**
 * The shapes of what the server sends to the pages of a class.
 *
 * @typedef {object} Ask A question, before its run is shown.
 * @property {"loss" | "choice" | "curve" | "alpha"} kind
 * @property {string} question
 * @property {string} prompt
 * @property {?number} before The final loss of the run before; null where it diverges.
 * @property {?number} before_diverged
 * @property {[number, number]} axis The positions at the ends of the axis.
 * @property {(?number)[]} curve
 * @property {number} samples
 * @property {string} one
 * @property {number} alpha
 * @property {string[]} [choices]
 *
 * @typedef {Omit<Ask, "kind"> & { kind: "hunt", link: string, knobs: string[] }} HuntAsk A hunt.
 *
 * @typedef {object} TaskAsk A task, which a lesson alone has.
 * @property {"task"} kind
 * @property {string} question
 * @property {string} prompt
 * @property {string} name That of the task in answers.
 * @property {string} link
 * @property {string[]} [choices]
 * @property {string[]} reasons
 *
 * @typedef {object} Shown The reveal of a question, as far as a phone draws it.
 * @property {Ask["kind"]} kind
 * @property {?number} truth A final loss; of a choice or an α, its number.
 * @property {number} [samples] Those of the run to predict.
 * @property {string} [one]
 * @property {?number} [diverged]
 * @property {string} sentence
 * @property {string} said
 * @property {string} result
 * @property {string} within_words
 * @property {string} looked_up_words
 * @property {Record<string, [number, number]>[]} rounds
 * @property {(?number)[]} [seeds]
 * @property {?number} [loss]
 * @property {[?number, ?number]} [band]
 * @property {?number} [high]
 * @property {(?number)[]} [curve]
 * @property {(?number)[]} [finals]
 * @property {number[]} [means] The positions of the parts of a curve.
 * @property {string[]} happened
 * @property {{ text: string, stands_for: string }[]} choices
 * @property {string} answer
 * @property {string} luck_words
 * @property {string} class_words
 * @property {string} proof
 * @property {string} link
 * @property {{ words: string, within: ?boolean[] }} [own]
 *
 * @typedef {object} Kind All that one kind of prediction has of its own; a value is one of it.
 * @property {(ask: Ask, value: any, words: number, onChange: OnChange) => HTMLElement} control It tells
 *   its first value too, where it has one; `words` is the height of the words on the page.
 * @property {(ask: Ask, value: any) => string} said A value in words.
 * @property {(ask: Ask, shown: Shown, mine: Mine) => Element} [rows] Above the chart of a phone.
 * @property {(ask: Ask, shown: Shown, mine: Mine) => Element} chart The chart of a phone.
 * @property {(ask: Ask, shown: Shown, room: Room) => Element} reveal The chart of the wall.
 * @property {(ask: Ask, shown: Shown) => Node[]} table The chart for those who do not see it.
 * @property {(shown: Shown, rounds: number) => string} legend The words of the chart's bars and lines on the wall.
 * @property {boolean} [namesLoss] Whether a loss is named, beside that of the run before.
 * @property {boolean} [isRight] Whether a value is right or not, in place of near.
 *
 * @typedef {number | number[]} Value
 * @typedef {[Value, boolean]} Given A value, and whether its author is sure.
 * @typedef {(?Given)[]} Mine The predictions of the rounds, null where there is none.
 * @typedef {(value: ?Value) => void} OnChange Gets each value, and null while there is none to send.
 * @typedef {Record<string, [number, number]>} Votes By value: how many were sure, and how many were not.
 * @typedef {{ width: number, height: number, unit: number }} Room The measures of a chart, and of its type.
 *
 * @typedef {object} Box The measures of a chart in its own units.
 * @property {number} width
 * @property {number} height
 * @property {number} [left] Room for the names of the axis.
 * @property {number} [right]
 * @property {number} [top]
 * @property {number} [foot] Room below the axis.
 * @property {number} [stop] The height of each end.
 *
 * @typedef {object} LossAxis
 * @property {(position: ?number) => number} y The height of a position; null stands for a run that diverges.
 * @property {(share: number) => number} x
 * @property {(y: number) => number} at The position at a height: a whole number from one below the axis to one above.
 * @property {number} left
 * @property {number} right
 * @property {number} top The height of the axis's upper end.
 * @property {number} bottom
 * @property {SVGElement[]} frame Lines and names.
 */

export {};
