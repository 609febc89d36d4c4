"""A link leads to the run that it was made of, in another process as well, and nonsense in it stops nothing."""

import random
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from hypothesis import Phase, assume, given, settings

from engine import TABLES, Affinity, DrawnWeights, Experiment, Map, run
from engine.base.metrics import hashes_along
from engine.data.table import TABLE, Table
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.edits import set_table
from tests.engine.strategies import experiments
from tests.webapp.asking import SETTINGS, said_elsewhere
from webapp.links.codec import LONGEST, SharedRun, query_of, read_link
from webapp.links.short_links import Maker, ShortLinks
from webapp.settings import Settings

ROOT = Path(__file__).parents[3]
FIRST_EXPERIMENT = CATALOGUE[FIRST].experiment
MOST = SETTINGS.max_samples
SOMEBODY = Maker("ann", "192.0.2.1")


@pytest.fixture
def short_links() -> ShortLinks:
    return ShortLinks(SETTINGS)


ELSEWHERE = """
import json, sys
from pathlib import Path
from engine.experiments.run import run
from webapp.links.codec import read_link
from webapp.links.short_links import Maker, ShortLinks
from webapp.settings import Settings

folder, queries = json.load(sys.stdin)
saved = ShortLinks(Settings(data_dir=Path(folder), secret_key="k" * 32))
for query in queries:
    link = read_link(query, saved, 1_000_000)
    print(link.key, run(link.experiment, link.experiment.network()).fingerprint, *link.warnings)
"""


@pytest.mark.parametrize("count", [20, pytest.param(200, marks=pytest.mark.soak)])
def test_random_experiments_give_the_same_fingerprints_in_another_process(tmp_path: Path, count: int) -> None:
    here = ShortLinks(Settings(data_dir=tmp_path, secret_key="k" * 32, links_per_minute=100_000))
    rng = random.Random(9)
    queries: list[str] = []
    wanted: list[str] = []

    @settings(max_examples=count, derandomize=True, database=None, phases=[Phase.generate])
    @given(experiment=experiments(samples=120))
    def share(experiment: Experiment) -> None:
        assume(len(experiment.layers) <= 8)
        key = rng.choice(list(CATALOGUE))
        queries.append(query_of(key, experiment, here, SOMEBODY))
        wanted.append(f"{key} {run(experiment, experiment.network()).fingerprint}")

    share()
    assert len(queries) >= count
    assert said_elsewhere(ELSEWHERE, [str(tmp_path), queries]).splitlines() == wanted


def test_a_query_can_be_read_by_people_and_weights_of_another_scheme_come_back(short_links: ShortLinks) -> None:
    experiment = replace(FIRST_EXPERIMENT, alpha=0.252, seed=4)
    found = query_of(FIRST, experiment, short_links, SOMEBODY)
    assert found == "experiment=tanh-signs&alpha=0.252&samples=300&seed=4&v=1"
    own = replace(experiment, ideal=("(v0-v1)**2", "0"), layers=(Affinity(2, 2, frozen=(0,)), Map("x*x/2 + 0.1*x")))
    assert query_of(FIRST, own, short_links, SOMEBODY) == (
        "experiment=tanh-signs&alpha=0.252&samples=300&seed=4&target=own&y0=(v0-v1)**2&y1=0"
        "&layers=2:2:frozen:0~x*x/2+%2B+0.1*x&v=1"
    )
    assert read_link(query_of(FIRST, own, short_links, SOMEBODY), short_links, MOST).experiment == own
    experiment = replace(FIRST_EXPERIMENT, weights=DrawnWeights(9, "xavier"))
    assert read_link(query_of(FIRST, experiment, short_links, SOMEBODY), short_links, MOST).experiment == experiment


def test_a_small_network_fits_into_2000_characters_and_what_is_larger_has_a_short_link(short_links: ShortLinks) -> None:
    for key in [key for key in CATALOGUE if key not in ("spiral", "three-facts", "digits")]:
        experiment = CATALOGUE[key].experiment
        trained = experiment.with_weights_of(run(experiment, experiment.network()).trained)
        query = query_of(key, trained, short_links, SOMEBODY)
        assert "saved=" not in query
        assert len(query) <= LONGEST < 2000
        assert repr(read_link(query, short_links, MOST).experiment) == repr(trained)
    spiral = CATALOGUE["spiral"].experiment
    trained = spiral.with_weights_of(spiral.network())
    first, second = (query_of("spiral", replace(trained, alpha=a), short_links, SOMEBODY) for a in (0.1, 0.2))
    assert len(first) < 120
    assert dict(parse_qsl(first))["saved"] == dict(parse_qsl(second))["saved"]
    assert read_link(second, short_links, MOST).experiment == replace(trained, alpha=0.2)
    three = CATALOGUE["three-facts"].experiment
    assert "saved=" not in query_of("three-facts", replace(three, alpha=0.01), short_links, SOMEBODY)
    other = replace(three, inputs=Table(((1.0, 2.0),), ((3.0, 4.0),)))
    query = query_of("three-facts", other, short_links, SOMEBODY)
    assert "saved=" in query
    link = read_link(query, short_links, MOST)
    assert (link.experiment, link.experiment.ideal, link.warnings) == (other, TABLE, ())
    table = Table(((1.0, 2.0), (3.0, 4.0)), ((3.0,), (4.0,)))
    own = replace(CATALOGUE["circle-by-heart"].experiment, inputs=table, ideal=TABLE, distinct=None, held_out=1)
    queries = [query_of("circle-by-heart", replace(own, alpha=alpha), short_links, SOMEBODY) for alpha in (0.1, 0.2)]
    assert len({dict(parse_qsl(query))["saved"] for query in queries}) == 1
    link = read_link(queries[1], short_links, MOST)
    assert (link.key, link.experiment, link.warnings) == ("circle-by-heart", replace(own, alpha=0.2), ())
    for table in (TABLES["wine"].table(), replace(TABLES["wine"].table(shuffled=False), name=None)):
        classed = set_table(CATALOGUE["circle"].experiment, table)
        link = read_link(query_of("circle", classed, short_links, SOMEBODY), short_links, MOST)
        assert (link.experiment, link.warnings) == (classed, ())


VERSIONS = {
    "experiment=tanh-signs&alpha=0.252&samples=300&seed=4&v=1": "940c8266",
    "experiment=tanh-signs&alpha=0.252&samples=300&seed=4": "940c8266",
    "lesson=stuck": "19867f97",
    "experiment=affine-swap&alpha=0.1&samples=100&seed=3&given=1,0,0,1,0,0&filter=raw&v=1": "986bc8e3",
    "experiment=xor-hidden-layer&alpha=0.1&samples=500&seed=3&layers=2:4:frozen:0:3~tanh~4:1~tanh&weights=7&scheme=he"
    "&v=1": "99fd77b6",
    "experiment=tanh-signs&alpha=0.1&samples=50&seed=3&target=own&y0=v0*v1&layers=2:3~x*x/2~identity:~3:1&v=1"
    "&inputs=uniform": "65425c26",
}
"""Links of version 1 as they were sent, and what their runs were called."""


def test_a_link_of_an_earlier_version_leads_to_its_run_and_nonsense_to_the_default(short_links: ShortLinks) -> None:
    for query, fingerprint in VERSIONS.items():
        link = read_link(query, short_links, MOST)
        assert (link.warnings, run(link.experiment, link.experiment.network()).fingerprint) == ((), fingerprint)
    found = read_link("lesson=stuck&alpha=0.03", short_links, MOST).experiment
    assert found == replace(CATALOGUE["square-map"].experiment, alpha=0.03)
    right = CATALOGUE["left-or-right"].experiment
    assert read_link("lesson=left", short_links, MOST).experiment != right
    assert read_link("lesson=left&experiment=left-or-right", short_links, MOST).experiment == right
    result = run(FIRST_EXPERIMENT, FIRST_EXPERIMENT.network())
    proof = SharedRun(result.fingerprint, hashes_along(result.losses))
    assert read_link(f"run={''.join(proof)}", short_links, MOST).run == proof
    for query, sentence in NONSENSE:
        link = read_link(query, short_links, MOST)
        assert (link.key, link.experiment, len(link.warnings)) == (FIRST, FIRST_EXPERIMENT, 1)
        assert sentence in link.sentence
    for query in ("experiment=sine&prompt=Why?&seed=7", "https://example.org/?experiment=sine&prompt=Why?&seed=7#loss"):
        link = read_link(query, short_links, MOST)
        assert (link.key, link.experiment.seed, link.texts["prompt"]) == ("sine", 7, "Why?")
    link = read_link("samples=5000", short_links, 1000)
    assert link.experiment.samples == 1000
    kept = read_link("samples=5000&distinct=4000&without=7,3000", short_links, 1000).experiment
    assert (kept.distinct, kept.without) == (1000, (7,))
    rows = read_link("experiment=penguins&samples=5000&distinct=20&without=342", short_links, 1000).experiment
    assert (rows.distinct, rows.without) == (20, (342,))
    assert link.sentence == "Samples go from 1 to 1,000 here. Showing 1,000 instead."
    link = read_link("experiment=a&alpha=b&samples=c&seed=d&filter=e", short_links, MOST)
    assert len(link.warnings) == 5
    assert link.sentence.endswith(" And 2 more.")


NONSENSE = [
    ("?experiment=nothing", "There is no experiment called 'nothing'. Showing tanh learns signs instead."),
    ("?lesson=nothing", "The story has no page called 'nothing'."),
    ("?alpha=fast", "The link says alpha 'fast'."),
    ("?samples=1000001", "Samples are a whole number from 1 to 1,000,000."),
    ("?saved=nothing", "This short link has expired, or it was made elsewhere."),
    ("?run=f009", "What the link says of its run is damaged, so the run is not compared."),
    ("?layers=" + "~".join(["tanh"] * 9), "The page takes networks of at most 8 layers, 64 wide."),
    ("?layers=2:300~300:2", "The page takes networks of at most 8 layers, 64 wide."),
    ("?layers=2:99999999999~99999999999:2", "The page takes networks of at most 8 layers, 64 wide."),
    ("?layers=2:65~65:2", "The page takes networks of at most 8 layers, 64 wide."),
    ("?" + "a=b&" * 300, "This link names more than 200 things, and nothing of it was read."),
    ("?title=" + "x" * 20_000, "This link has more than 16,000 characters, and nothing of it was read."),
    ("?v=7", "This link is of version '7'"),
    ("?alpha=%FF%00<script>", "The link says alpha"),
]
