/** The page of a student: a lesson alone, a seat in a class, or the way into one. */

import { byId } from "../js/lib/dom.js";
import { takeAlone } from "./alone.js";
import { joinClass } from "./join.js";
import { sitInClass } from "./room.js";

const state = JSON.parse(byId("state").textContent);
if (state.asks) takeAlone(state);
else if (state.code) sitInClass(state.code);
else joinClass(state);
