/** The page of a student: a lesson alone. */

import { byId } from "../js/lib/dom.js";
import { takeAlone } from "./alone.js";

takeAlone(JSON.parse(byId("state").textContent));
