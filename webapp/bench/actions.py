"""The actions of the page, a row each: which experiment runs next, and from which checkpoint.

`turn` goes back to the checkpoint that the session has stored; every other action stores a new one first. The browser
names experiments; only this module makes networks of them.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from engine import kernel
from engine.base.byte_cache import Caches
from engine.data.inputs import LARGEST_SEED
from engine.data.prepared_table import check_distinct, check_held_out, check_test
from engine.data.table import Table
from engine.errors import BenchError, ExperimentError, OutOfRangeError
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment
from engine.experiments.knobs import (
    BATCH,
    DECAY,
    DISTINCT,
    HELD_OUT,
    LOSS,
    RATE,
    SAMPLES,
    SPLIT,
    TEST,
    WITHOUT,
    plain_knobs,
)
from engine.experiments.layer_specs import Weights, weights_of
from engine.experiments.port_names import PortNames, port_names
from engine.experiments.run import checkpoint_digest, checkpoint_fingerprint, parameters, run
from engine.layers.layers import AffinityLayer
from engine.training.network import Network
from webapp.base.format import knob_number, plural
from webapp.base.validation import Malformed
from webapp.bench.budget import check_costs
from webapp.bench.changes import (
    CHANGES,
    DENSE,
    WEIGHT_GONE,
    WIDEST,
    ChangeWords,
    apply_change,
    as_typed_here,
    with_own_target,
)
from webapp.bench.knob_values import Refused, read_knob
from webapp.bench.page_content import CATALOGUE_CONTENT, PageContent
from webapp.bench.requests import LARGEST_WEIGHT, RunRequest, TabRequest, WeightEdit, number_in
from webapp.bench.run_pairs import run_pair, weights_at, why_not_paired
from webapp.bench.run_summary import RunSummary
from webapp.sessions.sessions import CheckpointRefused, Sessions

MOST_LAYERS = 8
TOO_LARGE = f"The page takes networks of at most {MOST_LAYERS} layers, {WIDEST} wide."
OnProgress = Callable[[int], None]
"""Gets the number of steps that a run has done, and raises what ends it."""


def ignore_progress(_done: int) -> None:
    """Lets a run go on, whatever else is requested meanwhile."""


def of_any_length(_prepared: "PreparedRun") -> None:
    """Lets a run be as long as it is."""


class NoCheckpoint(Exception):
    """The session has no checkpoint for this tab any more; the page can open its experiment anew."""


MOST_NUMBERS_KEPT = 2_000
"""The most weights, or numbers of a table, of an experiment whose results are stored: they are part of the key."""


@dataclass(frozen=True)
class PreparedRun:
    """An experiment and the checkpoint it starts from.

    `weights` are the checkpoint's when an action has stored a new one, drawn or given, and None when it is unchanged;
    `words` are those of the action's change, if it has words of its own, and `kept` names the things that a new
    checkpoint shares with the one before.
    """

    experiment: Experiment
    checkpoint: Network
    weights: Weights | None = None
    words: ChangeWords | None = None
    kept: str = ""
    content: PageContent = CATALOGUE_CONTENT
    """The content of the page that it belongs to."""
    caches: Caches = field(default_factory=Caches, compare=False, repr=False)
    """The caches of other runs."""

    @cached_property
    def identity(self) -> tuple[Experiment, str] | None:
        """All that a result depends on: the experiment and its checkpoint's digest. None where results are not kept: a
        bench of one's own may answer differently next time, and large networks and tables would fill the memory."""
        if type(self.experiment) is not Experiment:
            return None
        numbers = sum(array.size for array in parameters(self.checkpoint))
        if isinstance(self.experiment.inputs, Table):
            numbers += self.experiment.inputs.numbers
        return None if numbers > MOST_NUMBERS_KEPT else (self.experiment, checkpoint_digest(self.checkpoint))

    @property
    def named(self) -> Experiment:
        """The experiment with its weights named: as they are drawn or, where they are not, as numbers."""
        drawn = checkpoint_fingerprint(self.experiment.network()) == checkpoint_fingerprint(self.checkpoint)
        return self.experiment if drawn else self.experiment.with_weights_of(self.checkpoint)

    def with_knobs(self, **knobs: Any) -> "PreparedRun":
        """The checkpoint with these knobs of the experiment turned."""
        return replace(self, experiment=replace(self.experiment, **knobs))

    def replace_unchecked(self, **knobs: Any) -> "PreparedRun":
        """The checkpoint with these knobs turned, as one of many runs: its targets are not checked."""
        return replace(self, experiment=self.experiment.replace_unchecked(**knobs))

    def with_weights(self, weights: DrawnWeights) -> "PreparedRun":
        """The experiment from the checkpoint that these weights draw."""
        experiment = replace(self.experiment, weights=weights)
        return PreparedRun(experiment, experiment.network())


@dataclass(frozen=True)
class RequestContext:
    """The context of a request: its session and the store, the limits, the content of the page, and `on_progress`,
    which ends a run that nobody waits for any more."""

    sessions: Sessions
    session: str
    max_samples: int
    on_progress: OnProgress = ignore_progress
    content: PageContent = CATALOGUE_CONTENT
    admit: Callable[["PreparedRun"], None] = of_any_length
    """Called with every run before it begins and before anything is stored; an exception puts it off."""
    caches: Caches = field(default_factory=Caches, compare=False, repr=False)

    def prepare(self, request: RunRequest) -> PreparedRun:
        """Does the action. Raises Refused, NoCheckpoint, SessionError or Superseded when it cannot be done."""
        try:
            return _ACTIONS[request.action](self, request)
        except BenchError as error:
            raise Refused(_field_of(request), as_typed_here(str(error))) from None

    def stored(self, request: TabRequest) -> PreparedRun:
        """The tab's stored experiment and checkpoint, with the knobs of the request."""
        try:
            stored = self.sessions.stored_checkpoint(self.session, request.tab)
        except CheckpointRefused:
            stored = None
        if stored is None:
            raise NoCheckpoint
        experiment = self.with_knobs(self.content.read_stored(stored.experiment), request)
        return PreparedRun(experiment, stored.network, content=self.content, caches=self.caches)

    def with_knobs(self, experiment: Experiment, request: TabRequest) -> Experiment:
        """The experiment with the knobs of the request."""
        limits = {SAMPLES.name: self.max_samples}
        rows = experiment.knobs
        values = {name: read_knob(rows[name], value, limits.get(name)) for name, value in request.knobs.items()}
        try:
            turned = replace(experiment, **values)
        except (OutOfRangeError, ExperimentError) as error:
            before = request.before if isinstance(request, RunRequest) else None
            field = _knob_turned_too_far(experiment, values, before) or _unsuitable_knob(experiment, values, error)
            raise Refused(field, str(error)) from None
        return checked_samples(turned, SAMPLES.name)

    def stored_with_weights(self, request: TabRequest) -> Experiment:
        """The tab's stored experiment with its weights named: as they are drawn or, where they are not, as numbers."""
        return self.stored(request).named

    def store(
        self,
        request: RunRequest,
        experiment: Experiment,
        checkpoint: Network,
        weights: Weights,
        words: ChangeWords | None = None,
        kept: str = "",
    ) -> PreparedRun:
        """Stores a new checkpoint for the tab; Refused when a weight is no number any more."""
        if not all(np.isfinite(array).all() for array in parameters(checkpoint)):
            raise Refused(
                "note", "A weight is no finite number, so no run can start from these weights. Lower α first."
            )
        prepared = PreparedRun(experiment, checkpoint, weights, words, kept, caches=self.caches)
        self.admit(prepared)
        plain = replace(experiment, weights=weights if isinstance(weights, DrawnWeights) else DrawnWeights(0))
        self.sessions.store_checkpoint(self.session, request.tab, checkpoint, plain.to_json(), alike=prepared.identity)
        return prepared


def _knob_turned_too_far(experiment: Experiment, values: Mapping[str, Any], before: RunSummary | None) -> str:
    """The knob that was turned since the run before and would be taken with its value of then; none without that run.

    Knobs that do not suit each other are refused under the one that was turned.
    """
    earlier = {} if before is None else before.knobs
    turned = (name for name, value in values.items() if earlier.get(name, value) != value)
    return next((name for name in turned if _are_taken(experiment, {**values, name: earlier[name]})), "")


def _unsuitable_knob(experiment: Experiment, values: Mapping[str, Any], error: BenchError) -> str:
    """The knob that does not suit the table, the number of samples or the others: the first that is checked so."""
    samples, inputs = values[SAMPLES.name], experiment.inputs
    held_out, split, test = (values[knob.name] for knob in (HELD_OUT, SPLIT, TEST))
    checks: dict[str, Callable[[], None]] = {
        TEST.name: lambda: check_test(inputs, test),
        HELD_OUT.name: lambda: check_held_out(inputs, held_out, test),
        DISTINCT.name: lambda: check_distinct(values[DISTINCT.name], samples, inputs, held_out, split, test),
    }
    for name, check in checks.items():
        try:
            check()
        except OutOfRangeError:
            return name
    if values[BATCH.name] > samples:
        return BATCH.name
    for knob in (WITHOUT, LOSS):  # nothing may always be left out, and the usual loss is for any target
        if _are_taken(experiment, {**values, knob.name: knob.default}):
            return knob.name
    return DECAY.name if isinstance(error, OutOfRangeError) else RATE.name


def _are_taken(experiment: Experiment, values: Mapping[str, Any]) -> bool:
    """Whether the experiment takes these values of its knobs."""
    try:
        replace(experiment, **values)
    except BenchError:
        return False
    return True


def check_targets(experiment: Experiment) -> None:
    """Refused where the loss is not meant for the targets that a user's own function gives."""
    try:
        experiment.check_targets()
    except ExperimentError as error:
        raise Refused(LOSS.name, str(error)) from None


def check_layers(prepared: PreparedRun) -> None:
    """Refused where a layer of the user's own moves its weights by itself, and the rule is to move them."""
    experiment, layers = prepared.experiment, prepared.checkpoint.layers
    if experiment.rule.moves_each_sample or kernel.supports(layers):
        return
    network = prepared.checkpoint.copy()
    network.begin(experiment.rule, 1)
    try:
        network.losses(zip(*experiment.facts(1), strict=True))
    except (BenchError, NotImplementedError):
        raise Refused(experiment.rule.more_than_gradients[0], MOVES_ITSELF) from None


MOVES_ITSELF = "A layer of your own states no gradients: it moves its weights by itself, sample after sample."


def _field_of(request: RunRequest) -> str:
    """The field of the page that shows a refusal of this request."""
    if request.action == "change" and request.change is not None:
        return CHANGES[request.change.do].field
    return "edit" if request.action == "edit" else "note"


def _turn(context: RequestContext, request: RunRequest) -> PreparedRun:
    prepared = context.stored(request)
    check_layers(prepared)
    if not prepared.experiment.repeatable:
        check_targets(prepared.experiment)
    context.admit(prepared)
    return prepared


def _choose(context: RequestContext, request: RunRequest) -> PreparedRun:
    experiment = context.content.rows[request.key].experiment
    # Knobs that name no run belong to the eye: they stay as the page has them.
    shown = [knob for knob in plain_knobs(experiment.knobs) if not knob.names_run]
    experiment = replace(experiment, **{knob.name: read_knob(knob, request.knobs[knob.name]) for knob in shown})
    return context.store(request, experiment, experiment.network(), experiment.weights)


def _open(context: RequestContext, request: RunRequest) -> PreparedRun:
    experiment = checked_for_page(context.content.read(request.experiment))
    return context.store(request, context.with_knobs(experiment, request), experiment.network(), experiment.weights)


def _randomize(context: RequestContext, request: RunRequest) -> PreparedRun:
    before = context.stored(request).experiment
    drawn = before.weights if isinstance(before.weights, DrawnWeights) else DrawnWeights(0)
    weights = replace(drawn, seed=secrets.randbelow(LARGEST_SEED + 1))
    experiment = replace(before, weights=weights)
    return context.store(request, experiment, experiment.network(), weights)


def _keep(context: RequestContext, request: RunRequest) -> PreparedRun:
    prepared = context.stored(request)
    context.admit(prepared)
    step = request.view.step
    result = run(prepared.experiment, prepared.checkpoint, context.on_progress, wait_for_kernel=False, step=step)
    words = None if result.step == prepared.experiment.samples else _keep_words(result.step, prepared.experiment.batch)
    return context.store(request, prepared.experiment, result.at_step, weights_of(result.at_step), words)


def _start_at_point(context: RequestContext, request: RunRequest) -> PreparedRun:
    """Starts from the weights at a point of the plane of the run before and this one."""
    prepared, point = context.stored(request), request.point
    if point is None:
        raise Malformed("A point says where it lies.")
    context.admit(prepared)
    before = read_pinned(point.before, context.content)
    pair = run_pair(before, prepared.experiment, prepared.checkpoint, prepared.caches)
    if pair is None or pair.plane is None:
        raise Refused("note", why_not_paired(prepared.checkpoint) if pair is None else pair.no_plane)
    weights = weights_at(pair.plane, point.at)
    if not np.abs(weights).max() <= LARGEST_WEIGHT:
        raise Refused("note", TOO_LARGE_THERE)
    checkpoint = prepared.checkpoint.with_weights(weights)
    across, up = (knob_number(number) for number in point.at)
    words = f"Starting from the weights at ({across}, {up}) of the surface", f"weights at ({across}, {up})"
    return context.store(request, prepared.experiment, checkpoint, weights_of(checkpoint), words)


TOO_LARGE_THERE = "A weight there is larger than 1,000,000, so no run starts from it."


def _keep_words(step: int, batch: int) -> ChangeWords:
    if batch > 1:
        after = f"weights after {plural(step, 'sample')}"
        return f"Starting from the {after}", after
    return f"Starting from the weights at step {step:,}", f"weights of step {step:,}"


def _edit(context: RequestContext, request: RunRequest) -> PreparedRun:
    prepared = context.stored(request)
    before = checkpoint_fingerprint(prepared.checkpoint)
    words = _set_weight(prepared, request)
    if checkpoint_fingerprint(prepared.checkpoint) == before:
        context.admit(prepared)
        return replace(prepared, words=words)
    weights = weights_of(prepared.checkpoint)
    return context.store(request, prepared.experiment, prepared.checkpoint, weights, words, ALL_BUT_ONE)


def _change(context: RequestContext, request: RunRequest) -> PreparedRun:
    change = request.change
    if change is None:
        raise Malformed("A change says what is changed.")
    before = context.stored_with_weights(request)
    value = with_own_target(change.value, context.content.rows[request.key].experiment)
    experiment, words = apply_change(before, change.do, change.at, value)
    experiment = checked_for_page(experiment, CHANGES[change.do].field)
    network = experiment.network()
    kept = IN_EVERY_LAYER_THAT_STAYED if _keeps_layers(before.network(), network) else ""
    return context.store(request, experiment, network, experiment.weights, words, kept)


ALL_BUT_ONE = "Same starting weights but one"
IN_EVERY_LAYER_THAT_STAYED = "Same starting weights in every layer that stayed"


def _keeps_layers(before: Network, now: Network) -> bool:
    """Whether the layers with weights of one network all start as they do in the other, which may have more."""
    few, many = sorted((_starts(before), _starts(now)), key=len)
    return all(many.count(start) >= few.count(start) for start in few)


def _starts(network: Network) -> list[tuple[bytes, ...]]:
    affine = [layer for layer in network.layers if isinstance(layer, AffinityLayer)]
    return [(repr(layer.M.shape).encode(), layer.M.tobytes(), layer.b.tobytes()) for layer in affine]


def _set_weight(prepared: PreparedRun, request: RunRequest) -> ChangeWords:
    """Writes the weight that was typed into the network, and says which one."""
    affine = [layer for layer in prepared.checkpoint.layers if isinstance(layer, AffinityLayer)]
    cell = request.cell
    if cell is None or cell.layer >= len(affine):
        raise Refused("edit", WEIGHT_GONE)
    array = affine[cell.layer].parameters[cell.name]
    index = (cell.row, cell.column)[: array.ndim]
    if any(k >= size for k, size in zip(index, array.shape, strict=True)):
        raise Refused("edit", WEIGHT_GONE)
    array[index] = number_in(cell.text)
    name = weight_name(cell, len(affine), port_names(prepared.experiment))
    value = knob_number(array[index])
    return f"Setting {name} to {value}", f"{name} = {value}"


def weight_name(cell: WeightEdit, layers: int, names: PortNames) -> str:
    """u₀←v₀ for the weight from the first input to the first unit; where there are several layers, with the layer."""
    unit = names.unit_of(cell.row, last=cell.layer == layers - 1)
    source = names.source(cell.column, first=not cell.layer) if cell.name == "M" else ""
    name = f"{unit}←{source}" if cell.name == "M" else f"bias {unit}"
    return f"{name} of {DENSE} {cell.layer + 1}" if layers > 1 else name


def checked_for_page(experiment: Experiment, field: str = "note") -> Experiment:
    """The experiment, when it is no larger than the page takes."""
    widths = [n for spec in experiment.layers if isinstance(spec, Affinity) for n in (spec.inputs, spec.outputs)]
    if len(experiment.layers) > MOST_LAYERS or max(widths, default=1) > WIDEST:
        raise Refused(field, TOO_LARGE)
    return checked_samples(experiment, field)


def read_pinned(plain: object, content: PageContent) -> Experiment:
    """The experiment of a pinned run, no larger than the page takes. A local bench reads its knobs apart."""
    experiment = checked_for_page(content.read(plain))
    given = plain if isinstance(plain, dict) else {}
    names = [knob.name for knob in plain_knobs(experiment.knobs) if knob.name in given]
    return replace(experiment, **{name: given[name] for name in names})


def checked_samples(experiment: Experiment, field: str) -> Experiment:
    """The experiment, when drawing its samples takes neither the server's time nor its memory."""
    try:
        check_costs(experiment)
    except OutOfRangeError as error:
        raise Refused(field, str(error)) from None
    return experiment


_ACTIONS: dict[str, Callable[[RequestContext, RunRequest], PreparedRun]] = {
    "turn": _turn,
    "choose": _choose,
    "open": _open,
    "randomize": _randomize,
    "keep": _keep,
    "edit": _edit,
    "change": _change,
    "point": _start_at_point,
}
