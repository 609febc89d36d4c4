/** QR codes, which the server makes: as a drawing, and in a dialog. */

import { byId, element, make } from "../js/lib/dom.js";
import { send } from "./state.js";
import { say } from "./words.js";

/** @param {{ size: number, path: string }} code @param {string} label */
export const qrDrawing = ({ size, path }, label) =>
  element(
    "svg",
    { class: "qr", viewBox: `-3 -3 ${size + 6} ${size + 6}`, role: "img", "aria-label": label },
    element("path", { d: path }),
  );

/** Shows the QR code of an address. @param {string} address @param {string} words @param {string} label */
export async function showQr(address, words, label) {
  const { status, reply } = await send("qr", { text: address });
  const drawn = status === 200 ? qrDrawing(reply, label) : say("away");
  const dialog = make("dialog", { on: { close: ({ currentTarget }) => currentTarget.remove() } });
  const close = make("button", { class: "go", on: { click: () => dialog.close() } }, say("close_dialog"));
  dialog.append(make("p", {}, words), drawn, close);
  byId("page").append(dialog);
  dialog.showModal();
}
