"""The growth of the time of a whole `Network.train` with the number of facts and with the width of the network."""

import numpy as np

from benchmarks import heading
from benchmarks.limit import facts, on_the_kernel, taking_turns
from benchmarks.steps import Widths, network

FACTS = (1_000, 10_000, 100_000, 1_000_000)
WIDTHS = (2, 3, 4, 7, 8, 9, 16, 31, 32, 33, 64, 128, 256)
TURNS = 5
MOVED = 20_000_000
"""Parameters that the training of one width moves, in all, so that the wide ones end too."""


def milliseconds(widths: Widths, n: int) -> float:
    """The time of one training of tanh layers of those widths."""
    return taking_turns([on_the_kernel(network(widths, mapped=True), *facts(widths, n))], TURNS)[0] * 1e3


def main() -> None:
    """Prints both tables."""
    print(heading())
    print(f"A whole `Network.train` of 2→8→8→2 tanh, median of {TURNS}:\n")
    print(f"| {'facts':>9} | {'ms':>9} | {'ns a step':>9} |")
    print(f"| {'-' * 8}: | {'-' * 8}: | {'-' * 8}: |")
    for n in FACTS:
        taken = milliseconds((2, 8, 8, 2), n)
        print(f"| {n:9,} | {taken:9.2f} | {taken / n * 1e6:9.1f} |")
    print(f"\nOne step of 2→w→w→2 tanh, median of {TURNS}:\n")
    print(f"| {'width w':>9} | {'ns a step':>9} | {'ns a parameter':>14} |")
    print(f"| {'-' * 8}: | {'-' * 8}: | {'-' * 13}: |")
    for width in WIDTHS:
        widths = (2, width, width, 2)
        count = int(np.dot(np.add(widths[:-1], 1), widths[1:]))
        n = max(100, min(20_000, MOVED // count))
        taken = milliseconds(widths, n) / n * 1e6
        print(f"| {width:9} | {taken:9,.1f} | {taken / count:14.2f} |")
    print()


if __name__ == "__main__":
    main()
