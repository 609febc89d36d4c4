"""Normal numbers of many seeds, as `numpy.random.RandomState(seed).randn` draws them, without Python between the seeds.

That stream is frozen. Its random bits are those of a Mersenne twister (Matsumoto and Nishimura, "Mersenne Twister: a
623-dimensionally equidistributed uniform pseudo-random number generator", 1998), two words of which make a number with
53 bits. Marsaglia's polar method makes two normal numbers of a point in the unit disk, of which the second comes first.
"""

import math
from typing import Any

import numpy as np
from numba import uint32

from engine.kernel.native.activations import njit_call
from engine.kernel.native.arguments import Array

WORDS, SHIFT = 624, 397
"""The words of a twister's state, and how far apart those are that make a new one."""
POINTS = WORDS // 4
"""The number of points of a square that the words of one state make, two numbers each."""
SPREAD, TWIST = 1812433253, 0x9908B0DF
"""The factor of seeding, and the word that an odd word adds to the one that it makes."""
HIGH_BIT, LOW_BITS = 0x80000000, 0x7FFFFFFF
HIGH, LOW, UNIT = 5, 6, 2.0**53
"""The bits that are left out of a number's first and second word, and the count of the numbers in [0, 1)."""


def draw(seeds: Array, numbers: Array) -> None:
    """Fills each row of `numbers`, shape (seeds, count), with the draws of `RandomState(seed).randn(count)`."""
    state, words = np.empty(WORDS, dtype=np.uint32), np.empty(WORDS, dtype=np.uint32)
    first, second, squares = np.empty(POINTS), np.empty(POINTS), np.empty(POINTS)
    for s in range(seeds.size):
        begin(state, seeds[s])
        q, count = 0, numbers.shape[1]
        while q < count:
            renew(state, words)
            found = points_in_disk(words, first, second, squares)
            for k in range(min(found, (count - q + 1) // 2)):
                factor = math.sqrt(-2.0 * math.log(squares[k]) / squares[k])
                numbers[s, q] = factor * second[k]
                if q + 1 < count:
                    numbers[s, q + 1] = factor * first[k]
                q += 2


@njit_call
def begin(state: Array, seed: Any) -> None:
    """The state of a seed, from which no word has been drawn."""
    word = uint32(seed)
    for i in range(WORDS):
        state[i] = word
        word = uint32(uint32(SPREAD) * (word ^ (word >> uint32(30))) + uint32(i + 1))


@njit_call
def renew(state: Array, words: Array) -> None:
    """Makes the next state of this one, and words of it whose bits are tempered."""
    for i in range(WORDS - SHIFT):
        state[i] = twisted(state[i], state[i + 1], state[i + SHIFT])
    for i in range(WORDS - SHIFT, WORDS - 1):
        state[i] = twisted(state[i], state[i + 1], state[i + SHIFT - WORDS])
    state[WORDS - 1] = twisted(state[WORDS - 1], state[0], state[SHIFT - 1])
    for i in range(WORDS):
        word = state[i]
        word ^= word >> uint32(11)
        word ^= (word << uint32(7)) & uint32(0x9D2C5680)
        word ^= (word << uint32(15)) & uint32(0xEFC60000)
        words[i] = word ^ (word >> uint32(18))


@njit_call
def twisted(word: Any, following: Any, far: Any) -> Any:
    """The word that takes a word's place in the next state."""
    mixed = (word & uint32(HIGH_BIT)) | (following & uint32(LOW_BITS))
    return far ^ (mixed >> uint32(1)) ^ (uint32(TWIST) * (following & uint32(1)))


@njit_call
def points_in_disk(words: Array, first: Array, second: Array, squares: Array) -> int:
    """The points of the square from −1 to 1 that lie in the unit disk, and the squares of their radii; how many."""
    found = 0
    for k in range(POINTS):
        x, y = from_minus_one_to_one(words, 4 * k), from_minus_one_to_one(words, 4 * k + 2)
        square = x * x + y * y
        first[found], second[found], squares[found] = x, y, square
        found += (square < 1.0) & (square != 0.0)  # no branch, for one point in five lies outside and none foresees it
    return found


@njit_call
def from_minus_one_to_one(words: Array, i: int) -> float:
    """The number from −1 to 1 that two words make."""
    return 2.0 * (((words[i] >> uint32(HIGH)) * 2.0**26 + (words[i + 1] >> uint32(LOW))) / UNIT) - 1.0
