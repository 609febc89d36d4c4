/** The views of the stage. One with its row in `webapp/page/stage/views.py` and its place here needs nothing else. */

import { lossView } from "../curve/curve.js";
import { outputView } from "../output/output_view.js";
import { surfaceView } from "../surface/surface_view.js";
import { weightsView } from "../step/weights_view.js";
import { comparisonView } from "../compare/comparison_view.js";

export const views = [lossView, outputView, surfaceView, weightsView, comparisonView];
