/**
 * The page's scripts, in the order in which they start. Importing a module does nothing; its `install` listens and
 * subscribes. Signals reach subscribers in this order.
 */

import { decode } from "./lib/arrays.js";
import { installLineSpeed } from "./lib/line_speed.js";
import { globals } from "./core/dash.js";
import { installPlotly, loadPlotly } from "./core/plotly.js";
import { state } from "./core/state.js";
import { queue, receive, turnKnobs } from "./net/requests.js";
import { installHints } from "./net/hints.js";
import { post } from "./net/transport.js";
import { installCheckpoints } from "./model/checkpoints.js";
import { installComparison } from "./model/comparison.js";
import { installFloor } from "./model/floor.js";
import { installMeasure } from "./model/measure.js";
import { installLuck } from "./model/luck.js";
import { colourScale, cursor, installCursor, moveCursor } from "./model/cursor.js";
import { installExactAlpha } from "./model/exact_alpha.js";
import { installExactSamples } from "./model/exact_samples.js";
import { installRunEnd } from "./model/run_end.js";
import { packSession, unpackSession } from "./model/session_codec.js";
import { installTabStorage, storedSession } from "./model/tab_storage.js";
import { currentTrajectory, installTrajectory } from "./model/trajectory.js";
import { installUndo } from "./model/undo.js";
import { installBand } from "./curve/band.js";
import { placesOf } from "./curve/canvas.js";
import { installElsewhere } from "./outcomes/other_seeds.js";
import { installFailure } from "./outcomes/failure.js";
import { installFindingHeight } from "./outcomes/finding_height.js";
import { installHighlight } from "./curve/highlight.js";
import { installLearningRateRange } from "./outcomes/lr_range.js";
import { installPinnedCurves } from "./curve/pinned_curves.js";
import { installSeedDots } from "./outcomes/seed_dots.js";
import { installScoreLines } from "./curve/score_lines.js";
import { installSentence } from "./curve/sentence.js";
import { installFloorLines } from "./curve/floor_lines.js";
import { installSmallFilter } from "./curve/small_filter.js";
import { installTwins } from "./curve/twins.js";
import { installChainScroll } from "./network/chain_scroll.js";
import { installCheckpointList } from "./network/checkpoint_list.js";
import { installFormulaPreview } from "./network/formula_preview.js";
import { installFrame } from "./network/frame.js";
import { installUnitSheet } from "./network/unit_sheet.js";
import { installWeightEditor } from "./network/weight_editor.js";
import { drawnIn } from "./maps/map_canvas.js";
import { installPlotPointer } from "./step/plot_pointer.js";
import { installProbe, probeInput } from "./step/probe.js";
import { installResponseMaps } from "./step/response_maps.js";
import { installDecidedStrip } from "./step/decided_strip.js";
import { installScrubber, isPlaying, pausePlay, togglePlay } from "./step/scrubber.js";
import { installUnitCards } from "./output/unit_cards.js";
import { installUnitChoice } from "./output/unit_choice.js";
import { installRunPair, pairKnowledge } from "./surface/run_pair.js";
import { installFloorNotes } from "./surface/floor_notes.js";
import { installLandscapeControls } from "./landscape/controls.js";
import { installLandscapeDownload } from "./landscape/download.js";
import { MAP_AXES, landscape } from "./landscape/model.js";
import { installLandscapePointer } from "./landscape/pointer.js";
import { MAP_MEASURES, installLandscapeView } from "./landscape/view.js";
import { shownSweep, sweepCell } from "./sweeps/opened_sweep.js";
import { installSweepGestures } from "./sweeps/sweep_gestures.js";
import { installSweepsDialog } from "./sweeps/sweeps_dialog.js";
import { installZoomGestures } from "./sweeps/zoom_gestures.js";
import { zoom } from "./sweeps/zoom_view.js";
import { installAgainstNow } from "./tables/against_now.js";
import { installCurveTable } from "./tables/curve_table.js";
import { installDataDialog, openDataDialog } from "./tables/data_dialog.js";
import { installDataImport } from "./tables/data_import.js";
import { installRunTable } from "./tables/run_table.js";
import { installSensitivity } from "./tables/sensitivity.js";
import { installSplitBar } from "./tables/split_bar.js";
import { installAnnouncer } from "./access/announcer.js";
import { installDashCallbacks } from "./controls/dash_callbacks.js";
import { installDialogs } from "./controls/dialogs.js";
import { installEmbed } from "./links/embed.js";
import { installExperimentMenu } from "./controls/experiment_menu.js";
import { installExportMenu } from "./links/export_menu.js";
import { installFigureTexts } from "./access/figure_texts.js";
import { installFieldSelection } from "./controls/field_selection.js";
import { installFileImport } from "./links/file_import.js";
import { handlers, installButtons } from "./controls/handlers.js";
import { installKnobControls } from "./controls/knob_controls.js";
import { installHunt } from "./links/hunt.js";
import { installTask } from "./links/task.js";
import { installLesson } from "./lessons/lesson.js";
import { followLink, installLinks } from "./links/links.js";
import { installNotices } from "./shell/notices.js";
import { installOpening } from "./lessons/opening.js";
import { installPrediction } from "./lessons/prediction.js";
import { installPrinting } from "./links/printing.js";
import { installProgress } from "./shell/progress.js";
import { installSelectMenus } from "./controls/select_menus.js";
import { installShareDialog } from "./links/share_dialog.js";
import { installShortcuts } from "./access/shortcuts.js";
import { installSliderDrag } from "./controls/slider_drag.js";
import { installSpokenControl } from "./lessons/spoken_control.js";
import { start } from "./shell/start.js";
import { installAsk } from "./stage/ask.js";
import { installPresenting } from "./stage/presenting.js";
import { installStageView } from "./stage/stage_view.js";
import { installTabStops } from "./access/tab_stops.js";
import { installThemeSwitch } from "./controls/theme_switch.js";
import { installTooltips } from "./access/tooltips.js";
import { installTrainingKnobs } from "./controls/training_knobs.js";
import { views } from "./stage/views.js";
import { loadDash } from "./before_dash/dash_scripts.js";
import { installBeforeDash } from "./before_dash/swap.js";

installLineSpeed();
installThemeSwitch();
installPlotly();
installHints();

installTabStorage();
installExactAlpha();
installExactSamples();
installUndo();
installLuck();
installCursor();
installTrajectory();
installCheckpoints();
installRunEnd();
installComparison();

views.forEach(({ install }) => install());
installSentence();
installPinnedCurves();
installHighlight();
installBand();
installTwins();
installMeasure();
installScoreLines();
installDecidedStrip();
installAsk();
installSmallFilter();
installFloor();
installFloorLines();
installFloorNotes();
installFailure();
installFindingHeight();
installSeedDots();
installElsewhere();
installLearningRateRange();

installFrame();
installFormulaPreview();
installChainScroll();
installCheckpointList();
installUnitSheet();
installWeightEditor();

installScrubber();
installResponseMaps();
installProbe();
installPlotPointer();
installUnitChoice();
installUnitCards();

installRunPair();

installLandscapeView();
installLandscapePointer();
installLandscapeControls();
installLandscapeDownload();

installSweepGestures();
installSweepsDialog();
installZoomGestures();

installRunTable();
installAgainstNow();
installSensitivity();
installSplitBar();
installDataDialog();
installCurveTable();
installDataImport();

installAnnouncer();
installFigureTexts();
installKnobControls();
installButtons();
installTrainingKnobs();
installSliderDrag();
installShortcuts();
installFieldSelection();
installStageView();
installPresenting();
installSelectMenus();
installTooltips();
installDialogs();
installTabStops();
installNotices();
installProgress();
installLinks();
installHunt();
installTask();
installSpokenControl();
installEmbed();
installShareDialog();
installLesson();
installPrediction();
installOpening();
installExperimentMenu();
installExportMenu();
installFileImport();
installPrinting();
installDashCallbacks();

installBeforeDash();
start();
loadDash();

/** A handle for the browser stories, which ask the page what it shows. */
globals.nnbench = {
  state,
  queue,
  handlers,
  cursor,
  landscape,
  shownSweep,
  sweepCell,
  zoom,
  decode,
  turnKnobs,
  post,
  receive,
  currentTrajectory,
  colourScale,
  moveCursor,
  drawnIn,
  loadPlotly,
  placesOf,
  MAP_AXES,
  MAP_MEASURES,
  packSession,
  unpackSession,
  storedSession,
  openDataDialog,
  followLink,
  probeInput,
  pairKnowledge,
  togglePlay,
  pausePlay,
  isPlaying,
};
