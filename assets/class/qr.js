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

/** The QR code of an address; null without one, or while the server does not answer. @param {string} text */
export async function qrOf(text) {
  const { status, reply } = text ? await send("qr", { text }) : { status: 0, reply: null };
  return status === 200 ? reply : null;
}

/** Shows the QR code of an address. @param {string} address @param {string} words @param {string} label */
export async function showQr(address, words, label) {
  const qr = await qrOf(address);
  const drawn = qr ? qrDrawing(qr, label) : address ? say("no_answer") : "";
  const dialog = make("dialog", { on: { close: ({ currentTarget }) => currentTarget.remove() } });
  const close = make("button", { class: "go", on: { click: () => dialog.close() } }, say("close_dialog"));
  dialog.append(make("p", {}, words), drawn, close);
  byId("page").append(dialog);
  dialog.showModal();
}
