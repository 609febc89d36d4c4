"""Serves the user's own NNBench object: its network, target and samples, whose Python functions no link can express.

The page and Python share one checkpoint: after the page stores, draws or edits weights, `bench.rollback_net()` restores
them in Python. The checkpoint stays in this process's memory. An experiment of such a bench has no layers and no target
of its own, only its weights and its knobs.
"""

import json
import secrets
from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import dill
import numpy as np

from engine.bench import NOTEBOOK_WIDTH, NNBench
from engine.data.inputs import INPUT_DISTRIBUTIONS
from engine.data.prepared_table import PreparedTable
from engine.data.targets import Target
from engine.errors import BenchError, ExperimentError
from engine.experiments.catalogue import CatalogueEntry
from engine.experiments.experiment import DrawnWeights, Experiment
from engine.experiments.json_codec import weights_from_plain as read_weights
from engine.experiments.knobs import KNOBS
from engine.experiments.layer_specs import weights_of
from engine.experiments.run import Run
from engine.layers.initializers import initializer_named
from engine.layers.layers import AffinityLayer
from engine.training.network import Network
from webapp.bench.changes import WIDEST
from webapp.bench.page_content import PageContent
from webapp.sessions.sessions import Sessions, StoredCheckpoint

LOCAL_NAME = "own"
LOOK_FOR = "Your own bench, as it stands in Python. Its functions are yours, so no link can say what it is."


class TooManyInputs(BenchError):
    """The network takes more inputs than the page can draw."""

    def __init__(self, width: int) -> None:
        super().__init__(f"The page draws benches of at most {WIDEST} inputs, and this one takes {width}.")


@dataclass(frozen=True)
class LocalBench:
    """A bench that has a checkpoint, the number of its inputs, and its target."""

    bench: NNBench
    width: int
    target: Target

    def network(self) -> Network:
        """The network of the checkpoint, a new object each time."""
        network: Network = dill.loads(self.bench.net_checkpoint)  # noqa: S301 - its own bytes, never another's
        return network


@dataclass(frozen=True, repr=False)
class LocalExperiment(Experiment):
    """An experiment on a local bench, which provides the layers and the target."""

    local: LocalBench = field(kw_only=True, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._check_knobs()

    @property
    def target(self) -> Target:
        return self.local.target

    @property
    def repeatable(self) -> bool:
        return False

    @property
    def width(self) -> int:
        return self.local.width

    @property
    def outputs(self) -> int:
        return self.local.target.outputs

    def network(self) -> Network:
        network = self.local.network()
        affine = [(index, layer) for index, layer in enumerate(network.layers) if isinstance(layer, AffinityLayer)]
        if isinstance(self.weights, DrawnWeights):
            for index, layer in affine:
                layer.randomize([self.weights.seed, index])
                layer.M, layer.b = initializer_named(self.weights.scheme).weights(layer.M, layer.b)
            return network
        if len(affine) != len(self.weights.values):
            raise ExperimentError(f"This bench has {len(affine)} dense layers, and the weights are of another network.")
        for (_, layer), (M, b) in zip(affine, self.weights.values, strict=True):
            layer.M, layer.b = M, b
        return network

    def to_json(self) -> str:
        kind = "drawn" if isinstance(self.weights, DrawnWeights) else "given"
        knobs = {"ideal": self.ideal, **self.knob_values, "inputs": self.inputs_name}
        return json.dumps({"layers": [], "weights": {"kind": kind} | asdict(self.weights), **knobs})


class WatchedSessions(Sessions):
    """Sessions whose page tells Python what it shows."""

    shown: Run | None = None
    """The run that the page has shown last."""

    def note_shown(self, run: Run) -> None:
        self.shown = run


class LocalSessions(WatchedSessions):
    """Sessions of one visitor: the bench's own checkpoint stands under every tab, in memory alone."""

    def __init__(self, local: LocalBench, experiment: Experiment) -> None:
        self._local = local
        self._experiment = experiment.to_json()

    def attach(self, server: Any) -> None:
        """Does nothing: there is no cookie to set."""

    def is_cookie_kept_away(self) -> bool:
        return False

    def session_id(self) -> str:
        return LOCAL_NAME

    def stored_checkpoint(self, session_id: str, tab_id: str) -> StoredCheckpoint:  # noqa: ARG002 - there is one visitor
        return StoredCheckpoint(self._local.network(), self._experiment, 0)

    def store_checkpoint(
        self,
        session_id: str,  # noqa: ARG002 - there is one visitor
        tab_id: str,  # noqa: ARG002
        network: Network,
        experiment: str,
        expected_version: int | None = None,  # noqa: ARG002
        alike: Hashable = None,  # noqa: ARG002
    ) -> int:
        self._local.bench.net_checkpoint = dill.dumps(network)
        self._experiment = experiment
        return 0


def local_bench(bench: NNBench) -> LocalBench:
    """The bench with the data that the page needs of it; a missing checkpoint is taken now."""
    if bench.net_checkpoint is None:
        bench.checkpoint_net()
    network: Network = dill.loads(bench.net_checkpoint)  # noqa: S301 - its own bytes
    width = network.inputs or NOTEBOOK_WIDTH
    if width > WIDEST:
        raise TooManyInputs(width)
    outputs = len(network(np.zeros(width)))
    formulas = tuple(f"ideal(v)[{k}]" for k in range(outputs))
    if isinstance(inputs := bench.prepared_inputs, PreparedTable):
        return LocalBench(bench, width, replace(inputs.target, name=LOCAL_NAME))
    return LocalBench(bench, width, Target(LOCAL_NAME, "Your ideal", formulas, width, ideal_by_columns(bench)))


def ideal_by_columns(bench: NNBench) -> Any:
    """The bench's ideal, of one vector or of columns of vectors; it may return lists."""

    def ideal(v: Any) -> Sequence[Any]:
        vectors = [v] if v.ndim == 1 else np.ascontiguousarray(v.T)
        rows = np.array([np.asarray(bench.ideal_of(x), dtype=np.float64) for x in vectors])
        return [row[0] for row in rows.T] if v.ndim == 1 else list(rows.T)

    return ideal


def local_content(local: LocalBench, samples: int) -> PageContent:
    """The content of the page: one experiment, on this bench."""
    network = local.network()
    rule = {name: value for name, value in asdict(local.bench.rule).items() if name in KNOBS}
    experiment = LocalExperiment(
        layers=(),
        ideal=LOCAL_NAME,
        weights=weights_of(network),
        inputs=local.bench.inputs,
        alpha=float(network.alpha),
        samples=samples,
        seed=local.bench.seed,
        noise=local.bench.noise,
        distinct=local.bench.distinct,
        held_out=local.bench.held_out,
        scaling=local.bench.scaling,
        split=local.bench.split,
        test=local.bench.test,
        **rule,
        local=local,
    )
    row = CatalogueEntry(f"{LOCAL_NAME}-{secrets.token_hex(4)}", "Yours", "Your bench", LOOK_FOR, experiment)

    def read(plain: object) -> Experiment:
        fields = plain if isinstance(plain, dict) else {}
        weights = read_weights(fields.get("weights"))
        named = fields.get("inputs")
        inputs = named if isinstance(named, str) and named in INPUT_DISTRIBUTIONS else local.bench.inputs
        return LocalExperiment(layers=(), ideal=LOCAL_NAME, weights=weights, inputs=inputs, local=local)

    return PageContent({row.key: row}, {LOCAL_NAME: local.target}, row.key, read)
