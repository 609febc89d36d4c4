"""A seal is valid for exactly the sealed bytes, their owner and version, and in time."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.asserting import refuses
from webapp.sessions.seal import CLOCK_SKEW, HEADER, Seal, SealBroken
from webapp.store import Key

SECRET = "s" * 32
AGE = 1000.0
NOW = 1_700_000_000.0
ANN = Key("ann", "tab")


def seal_at(now: float = NOW, secret: str = SECRET) -> Seal:
    return Seal(secret, AGE, lambda: now)


@given(
    payload=st.binary(max_size=300), session=st.text(max_size=9), tab=st.text(max_size=9), version=st.integers(0, 2**63)
)
def test_what_is_sealed_comes_back(payload: bytes, session: str, tab: str, version: int) -> None:
    owner = Key(session, tab)
    assert seal_at().unseal(seal_at().seal(payload, owner, version), owner, version) == payload


@given(payload=st.binary(max_size=60), data=st.data())
def test_one_changed_byte_breaks_the_seal(payload: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal_at().seal(payload, ANN, 1))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    refuses(SealBroken, seal_at().unseal, bytes(sealed), ANN, 1)


@given(session=st.text(max_size=4), tab=st.text(max_size=4))
def test_nobody_but_the_owner_can_unseal(session: str, tab: str) -> None:
    sealed = seal_at().seal(b"ours", Key("a", "bc"), 1)
    if (session, tab) != ("a", "bc"):
        refuses(SealBroken, seal_at().unseal, sealed, Key(session, tab), 1, match="belongs to someone else")


def test_a_seal_is_valid_for_its_owner_alone_and_10_000_corruptions_are_refused() -> None:
    for other in [Key("ann", "tab2"), Key("bob", "tab"), Key("annt", "ab"), Key("tab", "ann")]:
        with pytest.raises(SealBroken, match="belongs to someone else"):
            seal_at().unseal(seal_at().seal(b"ours", ANN, 1), other, 1)
    refuses(SealBroken, seal_at(secret="t" * 32).unseal, seal_at().seal(b"ours", ANN, 1), ANN, 1, match="does not hold")
    with pytest.raises(SealBroken, match="sealed as version 6, and version 7 stands here"):
        seal_at().unseal(seal_at().seal(b"old", ANN, 6), ANN, 7)
    for keep in range(HEADER.size + 4):
        refuses(SealBroken, seal_at().unseal, seal_at().seal(b"ours", ANN, 1)[:keep], ANN, 1)
    sealed = seal_at().seal(b"ours", ANN, 1)
    assert seal_at(NOW + AGE).unseal(sealed, ANN, 1) == b"ours"
    refuses(SealBroken, seal_at(NOW + AGE + 1).unseal, sealed, ANN, 1, match="has expired")
    sealed = seal_at(NOW + CLOCK_SKEW).seal(b"ours", ANN, 1)
    assert seal_at().unseal(sealed, ANN, 1) == b"ours"
    refuses(SealBroken, seal_at(NOW - 1).unseal, sealed, ANN, 1, match="in the future")
    sealed = seal_at().seal(random.Random(5).randbytes(2000), ANN, 1)
    sentences = [refusal_of(harmed) for harmed in corruptions(sealed, 10_000)]
    assert len(sentences) == 10_000
    assert all(sentence.endswith(".") for sentence in sentences)


def corruptions(sealed: bytes, count: int) -> list[bytes]:
    """Ways to harm the bytes: changed, cut, lengthened, swapped, repeated, zeroed; none leaves them as they were."""
    rng = random.Random(3)
    harmed: list[bytes] = []
    while len(harmed) < count:
        bytes_ = bytearray(sealed)
        place, other = sorted(rng.randrange(len(sealed)) for _ in range(2))
        match rng.randrange(6):
            case 0:
                bytes_[place] ^= 1 << rng.randrange(8)
            case 1:
                del bytes_[place:]
            case 2:
                bytes_[place:place] = rng.randbytes(1 + other % 40)
            case 3:
                bytes_[place], bytes_[other] = bytes_[other], bytes_[place]
            case 4:
                bytes_[place:place] = bytes_[place:other]
            case 5:
                bytes_[place:other] = bytes(other - place)
        if bytes_ != sealed:
            harmed.append(bytes(bytes_))
    return harmed


def refusal_of(sealed: bytes) -> str:
    with pytest.raises(SealBroken) as refused:
        seal_at().unseal(sealed, ANN, 1)
    return str(refused.value)
