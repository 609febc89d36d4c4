"""A bench of the user's own on the page: its net, its ideal and its facts, with functions that only Python can say.

The checkpoint is the bench's own: what is kept, drawn or edited on the page, `bench.rollback_net()` finds in Python.
Its bytes stay in this process's memory. An experiment of such a bench names its weights and its knobs, and nothing
else can travel.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import dill
import numpy as np

from engine.data.inputs import INPUT_DISTRIBUTIONS
from engine.data.table import Table
from engine.data.targets import Target
from engine.errors import BenchError, ExperimentError
from engine.experiments.catalogue import CatalogueEntry
from engine.experiments.experiment import DrawnWeights, Experiment
from engine.experiments.json_codec import weights_from_plain as read_weights
from engine.experiments.layer_specs import weights_of
from engine.layers.initializers import initializer_named
from engine.layers.layers import AffinityLayer
from engine.training.bench import NOTEBOOK_WIDTH, NNBench
from engine.training.network import Network
from webapp.bench.actions import WIDEST
from webapp.bench.page_content import PageContent
from webapp.sessions.sessions import Sessions, StoredCheckpoint

OWN = "own"
SAYS = "Your own bench, as it stands in Python. Its functions are yours, so it has no link and no export."


class TooManyInputs(BenchError):
    """The page cannot draw such a bench."""

    def __init__(self, width: int) -> None:
        super().__init__(f"The page draws benches of at most {WIDEST} inputs, and this one takes {width}.")


@dataclass(frozen=True)
class LocalBench:
    """A bench with its checkpoint taken, and what the page needs to know of it."""

    bench: NNBench
    width: int
    target: Target

    def network(self) -> Network:
        """What the checkpoint holds, a fresh object each time."""
        network: Network = dill.loads(self.bench.net_checkpoint)  # noqa: S301 - its own bytes, never another's
        return network


@dataclass(frozen=True)
class LocalExperiment(Experiment):
    """An experiment on a bench of the user's own, which says what layers and ideal cannot."""

    own: LocalBench = field(kw_only=True, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._check_knobs()

    @property
    def target(self) -> Target:
        return self.own.target

    @property
    def repeatable(self) -> bool:
        return False

    @property
    def width(self) -> int:
        return self.own.width

    @property
    def outputs(self) -> int:
        return self.own.target.outputs

    def network(self) -> Network:
        network = self.own.network()
        affine = [(index, layer) for index, layer in enumerate(network.layers) if isinstance(layer, AffinityLayer)]
        if isinstance(self.weights, DrawnWeights):
            for index, layer in affine:
                layer.randomize([self.weights.seed, index])
                layer.M, layer.b = initializer_named(self.weights.scheme).weights(layer.M, layer.b)
            return network
        if len(affine) != len(self.weights.values):
            raise ExperimentError(f"This bench has {len(affine)} affine layers, and the weights are of another one.")
        for (_, layer), (M, b) in zip(affine, self.weights.values, strict=True):
            layer.M, layer.b = M, b
        return network

    def to_json(self) -> str:
        kind = "drawn" if isinstance(self.weights, DrawnWeights) else "given"
        knobs = {"ideal": self.ideal, **self.knob_values, "inputs": self.inputs_name}
        return json.dumps({"layers": [], "weights": {"kind": kind} | asdict(self.weights), **knobs})


class LocalSessions(Sessions):
    """In place of sessions: one visitor, and the bench's own checkpoint under every tab, in memory alone."""

    def __init__(self, own: LocalBench, experiment: Experiment) -> None:
        self._own = own
        self._experiment = experiment.to_json()

    def attach(self, server: Any) -> None:
        """There is no cookie to set."""

    def session_id(self) -> str:
        return OWN

    def kept(self, session_id: str, tab_id: str) -> StoredCheckpoint:  # noqa: ARG002 - there is one visitor
        return StoredCheckpoint(self._own.network(), self._experiment, 0)

    def keep(
        self,
        session_id: str,  # noqa: ARG002 - there is one visitor
        tab_id: str,  # noqa: ARG002
        network: Network,
        experiment: str,
        expected_version: int | None = None,  # noqa: ARG002
    ) -> int:
        self._own.bench.net_checkpoint = dill.dumps(network)
        self._experiment = experiment
        return 0


def local_bench(bench: NNBench) -> LocalBench:
    """The bench as the page knows it; a missing checkpoint is taken now."""
    if bench.net_checkpoint is None:
        bench.checkpoint_net()
    network: Network = dill.loads(bench.net_checkpoint)  # noqa: S301 - its own bytes
    width = network.inputs or NOTEBOOK_WIDTH
    if width > WIDEST:
        raise TooManyInputs(width)
    outputs = len(network(np.zeros(width)))
    formulas = tuple(f"ideal(v)[{k}]" for k in range(outputs))
    if isinstance(bench.inputs, Table):
        return LocalBench(bench, width, replace(bench.inputs.target, name=OWN))
    return LocalBench(bench, width, Target(OWN, "Your ideal", formulas, width, columns_of(bench)))


def columns_of(bench: NNBench) -> Any:
    """The bench's ideal, of one vector or column by column; it may answer lists."""

    def answers(v: Any) -> Sequence[Any]:
        with np.errstate(all="ignore"):
            vectors = [v] if v.ndim == 1 else np.ascontiguousarray(v.T)
            rows = np.array([np.asarray(bench.ideal(x), dtype=np.float64) for x in vectors])
        return [row[0] for row in rows.T] if v.ndim == 1 else list(rows.T)

    return answers


def local_content(own: LocalBench, samples: int) -> PageContent:
    """The one experiment that the page of this bench offers."""
    network = own.network()
    experiment = LocalExperiment(
        layers=(),
        ideal=OWN,
        weights=weights_of(network),
        inputs=own.bench.inputs,
        alpha=float(network.alpha),
        samples=samples,
        seed=own.bench.seed,
        own=own,
    )
    row = CatalogueEntry(f"{OWN}-{secrets.token_hex(4)}", "Yours", "Your bench", SAYS, experiment)

    def read(plain: object) -> Experiment:
        fields = plain if isinstance(plain, dict) else {}
        weights = read_weights(fields.get("weights"))
        named = fields.get("inputs")
        inputs = named if isinstance(named, str) and named in INPUT_DISTRIBUTIONS else own.bench.inputs
        return LocalExperiment(layers=(), ideal=OWN, weights=weights, inputs=inputs, own=own)

    return PageContent({row.key: row}, {OWN: own.target}, row.key, read)
