"""What each act of the page does to the bench: which experiment runs next, and from which checkpoint.

`turn` goes back to the checkpoint that the session has kept; every other act keeps a new one first. The browser
names experiments; only this room makes networks of them.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.data.inputs import LARGEST_SEED
from engine.errors import BenchError
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, Weights, weights_of
from engine.experiments.run import checkpoint_fingerprint, parameters, run
from engine.layers.layers import AffinityLayer
from engine.training.network import Network
from webapp.base.validation import Malformed
from webapp.bench.budget import most_samples
from webapp.bench.changes import CHANGES, GONE, ChangeWords, apply_change
from webapp.bench.knob_values import Refused, read_alpha, read_samples, read_seed
from webapp.bench.page_content import CATALOGUE_CONTENT, PageContent
from webapp.bench.requests import RunRequest, TabRequest, number_in
from webapp.sessions.sessions import CheckpointRefused, Sessions

MOST_LAYERS = 8
WIDEST = 64
OnProgress = Callable[[int], None]
"""Hears how many steps of a run are done, and raises what ends it."""


def ignore_progress(_done: int) -> None:
    """Lets a run go on, whatever else is asked meanwhile."""


class NoCheckpoint(Exception):
    """The session holds no checkpoint for this tab any more; the page can open its experiment anew."""


@dataclass(frozen=True)
class PreparedRun:
    """An experiment and the checkpoint it starts from.

    `weights` says how they came about, None when unchanged; `said` what the sentence calls the change, if it has words
    of its own.
    """

    experiment: Experiment
    checkpoint: Network
    weights: Weights | None = None
    said: ChangeWords | None = None

    def under(self, **knobs: Any) -> "PreparedRun":
        """The same checkpoint, with these fields of the experiment turned."""
        return replace(self, experiment=replace(self.experiment, **knobs))

    def drawn(self, weights: DrawnWeights) -> "PreparedRun":
        """The same experiment, from the checkpoint that these weights draw."""
        experiment = replace(self.experiment, weights=weights)
        return PreparedRun(experiment, experiment.network())


@dataclass(frozen=True)
class RequestContext:
    """One session's place in the store, for one request; `on_progress` ends a run that nobody waits for any more."""

    sessions: Sessions
    session: str
    max_samples: int
    on_progress: OnProgress = ignore_progress
    content: PageContent = CATALOGUE_CONTENT

    def stage(self, ask: RunRequest) -> PreparedRun:
        """Does the act. Refused, NothingKept, SessionError or Superseded when it cannot be."""
        try:
            return _ACTS[ask.act](self, ask)
        except BenchError as error:
            raise Refused(_field_of(ask), str(error)) from None

    def kept(self, standing: TabRequest) -> PreparedRun:
        """What the tab has kept, under the knobs of the request."""
        try:
            kept = self.sessions.stored_checkpoint(self.session, standing.tab)
        except CheckpointRefused:
            kept = None
        if kept is None:
            raise NoCheckpoint
        return PreparedRun(self.turned(self.content.read_kept(kept.experiment), standing), kept.network)

    def turned(self, experiment: Experiment, standing: TabRequest) -> Experiment:
        """The experiment with the knobs of the request."""
        knobs = standing.knobs
        turned = replace(
            experiment,
            alpha=read_alpha(knobs.alpha),
            samples=read_samples(knobs.samples, self.max_samples),
            seed=read_seed(knobs.seed),
            filter=knobs.filter,
        )
        return checked_facts(turned, "samples")

    def whole(self, standing: TabRequest) -> Experiment:
        """What the tab has kept, its weights named too: as they are drawn, or, where they are not, number by number."""
        prepared = self.kept(standing)
        drawn = checkpoint_fingerprint(prepared.experiment.network()) == checkpoint_fingerprint(prepared.checkpoint)
        return prepared.experiment if drawn else prepared.experiment.with_weights_of(prepared.checkpoint)

    def keep(
        self,
        ask: RunRequest,
        experiment: Experiment,
        checkpoint: Network,
        weights: Weights,
        said: ChangeWords | None = None,
    ) -> PreparedRun:
        """Keeps a new checkpoint for the tab; Refused when a weight is no number any more."""
        if not all(np.isfinite(array).all() for array in parameters(checkpoint)):
            raise Refused("note", "These weights have grown out of the numbers and cannot be kept. Lower α first.")
        plain = replace(experiment, weights=weights if isinstance(weights, DrawnWeights) else DrawnWeights(0))
        self.sessions.store_checkpoint(self.session, ask.tab, checkpoint, plain.to_json())
        return PreparedRun(experiment, checkpoint, weights, said)


def _field_of(ask: RunRequest) -> str:
    """Where a refusal of this request is told."""
    if ask.act == "change" and ask.change is not None:
        return CHANGES[ask.change.do].field
    return "edit" if ask.act == "edit" else "note"


def _turn(context: RequestContext, ask: RunRequest) -> PreparedRun:
    return context.kept(ask)


def _choose(context: RequestContext, ask: RunRequest) -> PreparedRun:
    experiment = replace(context.content.rows[ask.key].experiment, filter=ask.knobs.filter)
    return context.keep(ask, experiment, experiment.network(), experiment.weights)


def _open(context: RequestContext, ask: RunRequest) -> PreparedRun:
    experiment = checked_for_page(context.content.read(ask.experiment))
    return context.keep(ask, context.turned(experiment, ask), experiment.network(), experiment.weights)


def _randomize(context: RequestContext, ask: RunRequest) -> PreparedRun:
    before = context.kept(ask).experiment
    drawn = before.weights if isinstance(before.weights, DrawnWeights) else DrawnWeights(0)
    weights = replace(drawn, seed=secrets.randbelow(LARGEST_SEED + 1))
    experiment = replace(before, weights=weights)
    return context.keep(ask, experiment, experiment.network(), weights)


def _keep(context: RequestContext, ask: RunRequest) -> PreparedRun:
    prepared = context.kept(ask)
    kept = run(prepared.experiment, prepared.checkpoint, context.on_progress, wait_for_kernel=False, step=ask.view.step)
    words = None if kept.step == prepared.experiment.samples else _kept_words(kept.step)
    return context.keep(ask, prepared.experiment, kept.at_step, weights_of(kept.at_step), words)


def _kept_words(step: int) -> ChangeWords:
    return f"Starting from the weights at step {step:,}", f"kept step {step:,}"


def _edit(context: RequestContext, ask: RunRequest) -> PreparedRun:
    prepared = context.kept(ask)
    _set_weight(prepared.checkpoint, ask)
    return context.keep(ask, prepared.experiment, prepared.checkpoint, weights_of(prepared.checkpoint))


def _change(context: RequestContext, ask: RunRequest) -> PreparedRun:
    if ask.change is None:
        raise Malformed("A change says what is changed.")
    experiment, said = apply_change(context.whole(ask), ask.change.do, ask.change.at, ask.change.value)
    experiment = checked_for_page(experiment, CHANGES[ask.change.do].field)
    return context.keep(ask, experiment, experiment.network(), experiment.weights, said)


def _set_weight(network: Network, ask: RunRequest) -> None:
    affine = [layer for layer in network.layers if isinstance(layer, AffinityLayer)]
    cell = ask.cell
    if cell is None or cell.layer >= len(affine):
        raise Refused("edit", GONE)
    array = affine[cell.layer].parameters[cell.name]
    index = (cell.row, cell.column)[: array.ndim]
    if any(k >= size for k, size in zip(index, array.shape, strict=True)):
        raise Refused("edit", GONE)
    array[index] = number_in(cell.text)


def checked_for_page(experiment: Experiment, field: str = "note") -> Experiment:
    """The experiment, when it is not larger than what the page takes."""
    widths = [n for spec in experiment.layers if isinstance(spec, Affinity) for n in (spec.inputs, spec.outputs)]
    if len(experiment.layers) > MOST_LAYERS or max(widths, default=1) > WIDEST:
        raise Refused(field, f"The page takes networks of at most {MOST_LAYERS} layers, {WIDEST} wide.")
    return checked_facts(experiment, field)


def checked_facts(experiment: Experiment, field: str) -> Experiment:
    """The experiment, when drawing its facts takes neither the server's time nor its memory."""
    most = most_samples(experiment)
    if experiment.samples > most:
        raise Refused(
            field,
            f"Facts of {experiment.width} inputs with this target are drawn at most {most:,} times here, "
            f"and {experiment.samples:,} are asked for. Lower the samples first.",
        )
    return experiment


_ACTS: dict[str, Callable[[RequestContext, RunRequest], PreparedRun]] = {
    "turn": _turn,
    "choose": _choose,
    "open": _open,
    "randomize": _randomize,
    "keep": _keep,
    "edit": _edit,
    "change": _change,
}
