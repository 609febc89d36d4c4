"""The distance of a run above the floor of its shape: for every row of the catalogue, and beside the best of 32 seeds.

All losses but the final one are means over the same 4,000 samples (`engine.outcomes.floor_search`), the best of 32
weight seeds' runs among them. The witness of each floor is read once more, from its experiment as JSON.
"""

import math
import time
from dataclasses import replace

from benchmarks import heading
from engine.experiments.catalogue import CATALOGUE
from engine.experiments.experiment import DrawnWeights, Experiment
from engine.experiments.run import run
from engine.outcomes.floor import Floor
from engine.outcomes.floor_search import floor, floor_samples, mean_loss

ROWS = tuple(CATALOGUE)
SEEDS = 32
REACHED = 1e-6
"""A run whose final loss is below this has reached 0."""


def best_of_seeds(one: Experiment) -> float:
    """The least loss at the end of the run from the weights of each seed; those that diverge do not count."""
    scheme = one.weights.scheme if isinstance(one.weights, DrawnWeights) else "normal"
    each = [replace(one, weights=DrawnWeights(seed, scheme)) for seed in range(SEEDS)]
    made = [run(seeded, seeded.network()) for seeded in each]
    samples = floor_samples(one)
    return min(mean_loss(end.trained, *samples) for end in made if end.sound_settled is not None)


def again(found: Floor) -> float:
    """The loss of the witness, built anew."""
    if found.witness is None:
        return math.nan
    witness = Experiment.from_json(found.witness.to_json())
    return mean_loss(witness.network(), *floor_samples(witness))


def text(loss: float | None) -> str:
    """A loss in a column."""
    return "none" if loss is None else f"{loss:.3g}"


def main() -> None:
    """Prints the table, and the number of witnesses that are better than the best seed where that does not reach 0."""
    print(heading())
    print(f"The floor of {len(ROWS)} rows of the catalogue, and the best of {SEEDS} weight seeds\n")
    print("| row | final loss | trained | ceiling | floor | exact | best seed | to the bit | seconds | sentence |")
    print("| :-- | ---------: | ------: | ------: | ----: | :---- | --------: | :--------- | ------: | :------- |")
    left: list[tuple[bool, bool]] = []
    for key in ROWS:
        row = CATALOGUE[key]
        began = time.perf_counter()
        found = floor(row.experiment)
        seconds = time.perf_counter() - began
        best, same = best_of_seeds(row.experiment), again(found) == found.loss
        print(
            f"| {key} | {text(found.final)} | {text(found.trained)} | {text(found.ceiling)} | {text(found.loss)} | "
            f"{'yes' if found.exact else 'no'} | {text(best)} | {'yes' if same else 'NO'} | {seconds:.1f} | "
            f"{found.sentence} |"
        )
        if found.loss is not None and (found.final is None or found.final >= REACHED):
            left.append((best >= REACHED, same and found.loss < best))
    witnesses = sum(better for _, better in left)
    print(f"\nThe run does not reach 0 on {len(left)} rows; the witness is better than the best seed on {witnesses}.")
    seeds = [better for short, better in left if short]
    print(f"Neither does the best seed on {len(seeds)} of them; the witness is better on {sum(seeds)} of these.\n")


if __name__ == "__main__":
    main()
