"""The names of everything on the page that a callback reads or writes, and of nothing else.

Each is a plain string, so that a search for one finds its component, its callback and its style.
"""

# the provider of Mantine's theme
MANTINE = "mantine-provider"

# header
EXPERIMENT = "experiment"
EXPERIMENT_GROUP = "experiment-group"
UNDO = "undo"
REDO = "redo"
THEME = "theme"
THEME_PHONE = "theme-phone"
HELP = "help"
HELP_PHONE = "help-phone"

SHARE = "share"
EXPORT = "export"
STORY = "story"

# above the sentence: a lesson's text, and a notice about the link that was opened or copied
LESSON = "lesson"
LESSON_TITLE = "lesson-title"
LESSON_PLACE = "lesson-place"
LESSON_PROMPT = "lesson-prompt"
LESSON_SHOW = "lesson-show"
LESSON_ANSWER = "lesson-answer"
LESSON_BACK = "lesson-back"
LESSON_NEXT = "lesson-next"
LESSON_CLOSE = "lesson-close"
PREDICTION = "prediction"
PREDICTION_WORDS = "prediction-words"
PREDICTION_GUESSES = "prediction-guesses"
PREDICTION_SHOW = "prediction-show"
LINK_NOTICE = "link-notice"
LINK_NOTICE_TEXT = "link-notice-text"
LINK_NOTICE_CLOSE = "link-notice-close"
PRINTED_LINK = "printed-link"

# under a bench in somebody else's page
EMBED_WORDS = "embed-words"
EMBED_OPEN = "embed-open"
EMBED_NOTICE = "embed-notice"

# what is shared, a dialog
SHARE_DIALOG = "share-dialog"
SHARE_HEADING = "share-heading"
SHARE_BODY = "share-body"

# help, a dialog
HELP_SHEET = "help-sheet"
KEYS_ON = "keys-on"

# notice bar: lost connection, refusals that belong to no field
NOTE = "note"
NOTE_TEXT = "note-text"

# network
NETWORK = "network"
PICKER = "picker"
NETWORK_ERROR = "network-error"
BADGE = "badge"
CHIP = "chip"
RANDOMIZE = "randomize"
KEEP = "keep"
CHECKPOINTS = "checkpoints"

# knobs
KNOB_TABS = "knob-tabs"
KNOB_GRIP = "knob-grip"
ALPHA_SLIDER = "alpha-slider"
ALPHA_FIELD = "alpha-field"
ALPHA_ERROR = "alpha-error"
LR_RANGE = "lr-range"
ALPHA_TRACK = "alpha-track"
ALPHA_STATE = "alpha-state"
SEED_FIELD = "seed-field"
SEED_ERROR = "seed-error"
NEXT_SEED = "next-seed"
SEED_DOTS = "seed-dots"
SEED_RANK = "seed-rank"
TARGET = "target"
TARGET_FORMULAS = "target-formulas"
TARGET_ERROR = "target-error"
INPUTS = "inputs"
INPUTS_ERROR = "inputs-error"
OPEN_FACTS = "open-facts"
INPUTS_ROWS = "inputs-rows"
WEIGHTS_SAID = "weights-said"
TARGET_SAID = "target-said"
INPUTS_SAID = "inputs-said"
WEIGHTS_FIELD = "weights-field"
WEIGHTS_ERROR = "weights-error"
NEXT_WEIGHTS = "next-weights"
SCHEME = "scheme"

# the curve and the texts about it
SENTENCE = "sentence"
PROOF = "proof"
READ_MAX = "read-max"
READ_LAST = "read-last"
READ_POTENTIAL = "read-potential"
READ_FINAL = "read-final"
READ_RUN = "read-run"
LOSS_VIEW = "loss-view"
OUTPUT = "output"
FILTER = "filter"
BAND = "band"
PIN = "pin"
LOSS = "loss"
PICTURE = "loss-picture"
RETRAINING = "retraining"
CANCEL = "cancel"

# the scrubber under it: a script puts its range and its readout there
SCRUBBER = "scrubber"
PLAY = "play"
STEP_BACK = "step-back"
STEP_ON = "step-on"
STEP_READ = "step-read"

# at this step; the first two are where keys and links jump to
AT_WEIGHTS = "at-weights"
AT_RESPONSE = "at-response"
WEIGHTS_VIEW = "weights-view"
WEIGHTS = "weights"
WEIGHT_CELLS = "weight-cells"
WEIGHT_GRID = "weight-grid"
WEIGHTS_KEY = "weights-key"
RESPONSE = "response"
RESPONSE_KEY = "response-key"
RESPONSE_SAYS = "response-says"
RESPONSE_AXES = "response-axes"

# the landscape
LANDSCAPE = "landscape"
LANDSCAPE_PROGRESS = "landscape-progress"
LANDSCAPE_STOP = "landscape-stop"
LANDSCAPE_HINT = "landscape-hint"
LANDSCAPE_X = "landscape-x"
LANDSCAPE_Y = "landscape-y"
LANDSCAPE_MEASURE = "landscape-measure"
LANDSCAPE_LOSS = "landscape-loss"
LANDSCAPE_FILES = "landscape-files"
LANDSCAPE_MAP = "landscape-map"
LANDSCAPE_SAYS = "landscape-says"
# the probe
AT_PROBE = "at-probe"
PROBE_WHAT = "probe-what"
PROBE_FLOW = "probe-flow"
PROBE_UPDATE = "probe-update"
PROBE_SAYS = "probe-says"
PROBE_LAYER = "probe-layer"
# the pinned runs, and the sensitivity of the current one
RUNS = "runs"
RUNS_TABLE = "runs-table"
CLEAR_PINS = "clear-pins"
SENSITIVITY = "sensitivity"
SENSITIVITY_STRIPS = "sensitivity-strips"

# a table of samples, in a dialog
FACTS = "facts"
FACTS_ROWS = "facts-rows"
FACTS_MORE = "facts-more"
FACTS_ORDER = "facts-order"
FACTS_KEPT = "facts-kept"
FACTS_DISCARD = "facts-discard"
FACTS_SHUFFLED = "facts-shuffled"
FACTS_ERROR = "facts-error"
FACTS_ADD = "facts-add"
FACTS_USE = "facts-use"

# one checkpoint weight, edited in a dialog
EDIT = "edit"
EDIT_LABEL = "edit-label"
EDIT_FIELD = "edit-field"
EDIT_ERROR = "edit-error"
EDIT_SET = "edit-set"
EDIT_ZERO = "edit-zero"
EDIT_FREEZE = "edit-freeze"

# stores: the first experiment and its static view, and three slots of a request and its response
BENCH = "bench"
FRAME = "frame"
REQUEST_0 = "request-0"
REQUEST_1 = "request-1"
REQUEST_2 = "request-2"
ANSWER_0 = "answer-0"
ANSWER_1 = "answer-1"
ANSWER_2 = "answer-2"
