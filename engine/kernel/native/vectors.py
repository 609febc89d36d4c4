"""A vector type for Numba, and the operations on it.

No compiler may reorder a sum, so a loop that adds is never made parallel behind our back. Here it is explicit: a
`Vector` holds from two to thirty-two doubles, and + − × ÷ work on each of them, rounded once each and never fused.
LLVM makes AVX-512, AVX2, SSE2 or NEON of it, with the same bits on each.
"""

import inspect
import math
import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing import signature
from numba.extending import intrinsic, lower_builtin, lower_cast, models, register_model, type_callable

DOUBLE, INT32, INT64 = ir.DoubleType(), ir.IntType(32), ir.IntType(64)
ONE_BITS, MANTISSA_BITS = 0x3FF0000000000000, 52
VECTOR_BYTES = 64
SHIFTER = 6755399441055744.0
"""1.5·2⁵²: a whole number added to it stands in the last bits of the sum."""


class Vector(types.Type):
    """`width` doubles side by side; a single float64 beside a vector is broadcast to one."""

    def __init__(self, width: int) -> None:
        self.width = width
        super().__init__(name=f"Vector({width})")

    def can_convert_from(self, typingctx: Any, other: Any) -> Any:
        return typingctx.can_convert(other, types.float64) if isinstance(other, types.Float) else None


@register_model(Vector)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Vector) -> None:
        super().__init__(manager, kind, ir.VectorType(DOUBLE, kind.width))


THIRTY_TWO, SIXTEEN, EIGHT, PAIR = Vector(32), Vector(16), Vector(8), Vector(2)


def _constant(width: int, value: float) -> Any:
    return ir.Constant(ir.VectorType(DOUBLE, width), [value] * width)


def _shuffled(builder: Any, a: Any, b: Any, places: list[int]) -> Any:
    return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(INT32, len(places)), places))


def _broadcast(builder: Any, value: Any, width: int) -> Any:
    undefined = ir.Constant(ir.VectorType(DOUBLE, width), ir.Undefined)
    return _shuffled(builder, builder.insert_element(undefined, value, INT32(0)), undefined, [0] * width)


@lower_cast(types.Float, Vector)
def _float_to_vector(context: Any, builder: Any, source: Any, target: Vector, value: Any) -> Any:
    return _broadcast(builder, context.cast(builder, value, source, types.float64), target.width)


def _widest(*kinds: Any) -> Any:
    return next((kind for kind in kinds if isinstance(kind, Vector)), None)


def _define_operator(function: Any, instruction: str, typer: Any) -> None:
    def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return getattr(builder, instruction)(*args)

    type_callable(function)(lambda context: typer)
    lower_builtin(function, *[Vector] * len(inspect.signature(typer).parameters))(lowered)


def _of_one(x: Any) -> Any:
    return x(x) if isinstance(x, Vector) else None


def _of_two(x: Any, y: Any) -> Any:
    kind = _widest(x, y)
    return kind and signature(kind, kind, kind)


for _function, _instruction, _typer in (
    (operator.add, "fadd", _of_two),
    (operator.sub, "fsub", _of_two),
    (operator.mul, "fmul", _of_two),
    (operator.truediv, "fdiv", _of_two),
    (operator.neg, "fneg", _of_one),
):
    _define_operator(_function, _instruction, _typer)


@intrinsic
def start_of(typingctx: Any, array: Any) -> Any:
    """A pointer to the first number of an array, without the bookkeeping that Numba does for arrays at every call."""

    def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return cgutils.create_struct_proxy(array)(context, builder, value=args[0]).data

    return types.CPointer(array.dtype)(array), lowered


@intrinsic
def aligned_start_of(typingctx: Any, array: Any) -> Any:
    """A pointer to the first number of an array whose address is aligned for a vector of eight: one of its first eight.

    Python takes longer to find that number than to allocate seven more.
    """

    def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        start = cgutils.create_struct_proxy(array)(context, builder, value=args[0]).data
        address = builder.add(builder.ptrtoint(start, INT64), INT64(VECTOR_BYTES - 1))
        return builder.inttoptr(builder.and_(address, INT64(-VECTOR_BYTES)), start.type)

    return types.CPointer(array.dtype)(array), lowered


@intrinsic
def beyond(typingctx: Any, start: Any, index: Any) -> Any:
    """A pointer to number i from a start on."""
    return start(start, types.int64), lambda context, builder, sig, args: builder.gep(args[0], [args[1]])


def _place(context: Any, builder: Any, start: Any, index: Any, kind: Any = None) -> Any:
    place = builder.gep(start, [index])
    return place if kind is None else builder.bitcast(place, context.get_value_type(kind).as_pointer())


def _loader(kind: Vector) -> Any:
    @intrinsic
    def load(typingctx: Any, start: Any, index: Any) -> Any:
        def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            return builder.load(_place(context, builder, args[0], args[1], kind), align=8)

        return kind(start, types.int64), lowered

    return load


load = _loader(EIGHT)
"""load(start, i): the eight numbers from i on."""

load_sixteen = _loader(SIXTEEN)
"""load_sixteen(start, i): the sixteen numbers from i on."""

load_thirty_two = _loader(THIRTY_TWO)
"""load_thirty_two(start, i): the thirty-two numbers from i on."""

load_pair = _loader(PAIR)
"""load_pair(start, i): the two numbers from i on."""


@intrinsic
def load_like(typingctx: Any, like: Any, start: Any, index: Any) -> Any:
    """load_like(vector, start, i): as many numbers from i on as the vector has."""

    def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.load(_place(context, builder, args[1], args[2], like), align=8)

    return like(like, start, types.int64), lowered


@intrinsic
def stride_of(typingctx: Any, vector: Any) -> Any:
    """The distance between registers that hold such vectors; a pair takes as much space as eight."""
    return types.int64(vector), lambda context, builder, sig, args: INT64(max(EIGHT.width, vector.width))


def _first(builder: Any, count: Any) -> Any:
    lanes = ir.Constant(ir.VectorType(INT64, 8), list(range(8)))
    undefined = ir.Constant(ir.VectorType(INT64, 8), ir.Undefined)
    counts = _shuffled(builder, builder.insert_element(undefined, count, INT32(0)), undefined, [0] * 8)
    return builder.icmp_signed("<", lanes, counts)


@intrinsic
def load_first(typingctx: Any, start: Any, index: Any, count: Any) -> Any:
    """load_first(start, i, n): the n ≤ 8 numbers from i on, then zeros; no more than n are touched."""

    def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        place, mask = _place(context, builder, args[0], args[1], kind=EIGHT), _first(builder, args[2])
        vector = ir.VectorType(DOUBLE, 8)
        kind = ir.FunctionType(vector, [place.type, INT32, mask.type, vector])
        masked = cgutils.get_or_insert_function(builder.module, kind, "llvm.masked.load.v8f64.p0")
        return builder.call(masked, [place, INT32(8), mask, _constant(8, 0.0)])

    return EIGHT(start, types.int64, types.int64), lowered


@intrinsic
def first_of(typingctx: Any, vector: Any, count: Any) -> Any:
    """The first numbers of a vector of eight, then zeros."""

    def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.select(_first(builder, args[1]), args[0], _constant(8, 0.0))

    return EIGHT(EIGHT, types.int64), lowered


def _negative_zeros(kind: Vector) -> Any:
    @intrinsic
    def negative_zeros(typingctx: Any) -> Any:
        return kind(), lambda context, builder, sig, args: _constant(kind.width, -0.0)

    return negative_zeros


negative_zeros = _negative_zeros(EIGHT)
"""Eight times −0, where a sum begins: −0 + x is x for every x."""

sixteen_negative_zeros = _negative_zeros(SIXTEEN)
"""Sixteen times −0."""


@intrinsic
def store(typingctx: Any, start: Any, index: Any, value: Any) -> Any:
    """store(start, i, vector): overwrites the numbers from i on with the vector's."""

    def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        builder.store(args[2], _place(context, builder, args[0], args[1], kind=value), align=8)
        return context.get_dummy_value()

    return types.void(start, types.int64, value), lowered


@intrinsic
def get(typingctx: Any, start: Any, index: Any) -> Any:
    """Number i from a start on."""

    def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.load(_place(context, builder, *args))

    return start.dtype(start, types.int64), lowered


@intrinsic
def put(typingctx: Any, start: Any, index: Any, value: Any) -> Any:
    """Overwrites number i from a start on."""

    def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        builder.store(args[2], _place(context, builder, args[0], args[1]))
        return context.get_dummy_value()

    return types.void(start, types.int64, start.dtype), lowered


@intrinsic
def broadcast(typingctx: Any, like: Any, value: Any) -> Any:
    """The value in every lane of a vector as wide as `like`."""
    return like(like, types.float64), lambda context, builder, sig, args: _broadcast(builder, args[1], like.width)


@intrinsic
def lane(typingctx: Any, vector: Any, place: Any) -> Any:
    """The number in a lane of the vector."""

    def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.extract_element(args[0], args[1])

    return types.float64(vector, types.int64), lowered


def _choice(comparison: str) -> Any:
    @intrinsic
    def chosen(typingctx: Any, x: Any, y: Any, then: Any, other: Any) -> Any:
        def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            return builder.select(builder.fcmp_ordered(comparison, args[0], args[1]), args[2], args[3])

        kind = _widest(x, y, then, other)
        return kind(kind, kind, kind, kind), lowered

    return chosen


where_greater = _choice(">")
"""where_greater(x, y, then, other): `then` where x > y, `other` where it is not or either is nan."""

where_at_most = _choice("<=")
"""where_at_most(x, y, then, other): `then` where x ≤ y, `other` where it is not or either is nan."""

where_equal = _choice("==")
"""where_equal(x, y, then, other): `then` where x = y, `other` where it is not or either is nan."""


def _llvm_call(name: str, arity: int) -> Callable[..., Any]:
    def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        vector = context.get_value_type(sig.return_type)
        kind = ir.FunctionType(vector, [vector] * arity)
        full = f"llvm.{name}.v{sig.return_type.width}f64"
        return builder.call(cgutils.get_or_insert_function(builder.module, kind, full), args)

    return lowered


@intrinsic
def absolute(typingctx: Any, x: Any) -> Any:
    """|x| of each."""
    return x(x), _llvm_call("fabs", 1)


@intrinsic
def floored(typingctx: Any, x: Any) -> Any:
    """The largest whole number below or equal to each."""
    return x(x), _llvm_call("floor", 1)


@intrinsic
def root(typingctx: Any, x: Any) -> Any:
    """The square root of each, rounded once; nan below 0."""
    return x(x), _llvm_call("sqrt", 1)


ROUNDED_FROM = 1e-290
"""From here on no step of `_newton_roots` leaves the range of normal numbers."""


@intrinsic
def quick_root(typingctx: Any, x: Any) -> Any:
    """The square root of each number from 0 on: rounded once from ROUNDED_FROM on, and below it to within 1e-145.

    Of sixteen, eight are found by multiplying where there is AVX-512: optimizers wait for the unit that divides and
    takes roots, while those that multiply have time. The number that they add to a root is far above 1e-145.
    """
    roots = _llvm_call("sqrt", 1)

    def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        _, _, features = context.codegen().magic_tuple()
        if "+avx512f" not in features:
            return roots(context, builder, sig, args)
        low, high = (_shuffled(builder, args[0], args[0], list(range(start, start + 8))) for start in (0, 8))
        divided = roots(context, builder, EIGHT(EIGHT), [low])
        return _shuffled(builder, divided, _newton_roots(builder, high), list(range(16)))

    return x(x), lowered if x == SIXTEEN else roots


def _newton_roots(builder: Any, x: Any) -> Any:
    """The square roots of eight numbers by AVX-512's estimate and fused multiply-adds alone; see `quick_root`.

    Goldschmidt's iteration doubles the fourteen bits of the estimate twice, and a last step adds what the square still
    lacks (Markstein, "IA-64 and Elementary Functions", 2000). Before it is rounded it errs by 2⁻¹⁰⁰ of the root: only
    few hundred roots lie so near the middle between two doubles, and the tests ask for each of them. Of 0 and ∞ this
    makes nan, which is not greater than anything: there x stays what it is.
    """

    def fused(a: Any, b: Any, c: Any) -> Any:
        kind = ir.FunctionType(x.type, [x.type] * 3)
        return builder.call(cgutils.get_or_insert_function(builder.module, kind, "llvm.fma.v8f64"), [a, b, c])

    kind = ir.FunctionType(x.type, [x.type, x.type, ir.IntType(8)])
    estimate = cgutils.get_or_insert_function(builder.module, kind, "llvm.x86.avx512.rsqrt14.pd.512")
    y, half = builder.call(estimate, [x, _constant(8, 0.0), ir.Constant(ir.IntType(8), 255)]), _constant(8, 0.5)
    g, h = builder.fmul(x, y), _half(builder, y)
    for _ in range(2):
        lack = fused(builder.fneg(g), h, half)
        g, h = fused(g, lack, g), fused(h, lack, h)
    g = fused(fused(builder.fneg(g), g, x), h, g)
    below_all = builder.fmul(x, _constant(8, 1e-200))
    return builder.select(builder.fcmp_ordered(">", g, below_all), g, below_all)


def _half(builder: Any, x: Any) -> Any:
    # One less in the exponent: units that add do it, those that multiply are busy.
    bits = ir.VectorType(INT64, 8)
    return builder.bitcast(builder.sub(builder.bitcast(x, bits), ir.Constant(bits, [1 << MANTISSA_BITS] * 8)), x.type)


@intrinsic
def rounded(typingctx: Any, x: Any) -> Any:
    """The whole number nearest to each, halves to the even one."""
    return x(x), _llvm_call("rint", 1)


@intrinsic
def with_sign(typingctx: Any, x: Any, sign: Any) -> Any:
    """|x| with the sign of the other."""
    return x(x, x), _llvm_call("copysign", 2)


@intrinsic
def power_of_two(typingctx: Any, n: Any) -> Any:
    """2ⁿ for whole n from −1022 to 1023: n is moved into the exponent's bits."""

    def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        bits = ir.VectorType(INT64, n.width)
        whole = builder.bitcast(builder.fadd(args[0], _constant(n.width, SHIFTER)), bits)
        exponent = builder.shl(whole, ir.Constant(bits, [MANTISSA_BITS] * n.width))
        one = ir.Constant(bits, [ONE_BITS] * n.width)
        return builder.bitcast(builder.add(exponent, one), context.get_value_type(n))

    return n(n), lowered


def _joined(builder: Any, vectors: list[Any]) -> Any:
    # Neighbours are added until one vector is left: lane l of it is the sum of vector l, in pairs of pairs of pairs.
    even, odd = list(range(0, 16, 2)), list(range(1, 16, 2))
    while len(vectors) > 1:
        pairs = zip(vectors[0::2], vectors[1::2], strict=True)
        vectors = [builder.fadd(_shuffled(builder, a, b, even), _shuffled(builder, a, b, odd)) for a, b in pairs]
    return vectors[0]


@intrinsic
def join_rows(typingctx: Any, r0: Any, r1: Any, r2: Any, r3: Any, r4: Any, r5: Any, r6: Any, r7: Any) -> Any:
    """One vector of eight: lane l is ((0+1)+(2+3))+((4+5)+(6+7)) of the lanes of vector l."""
    return EIGHT(*[EIGHT] * 8), lambda context, builder, sig, args: _joined(builder, list(args))


@intrinsic
def join(typingctx: Any, vector: Any) -> Any:
    """((0+1)+(2+3))+((4+5)+(6+7)) of a vector's lanes."""

    def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        left, width = args[0], 8
        while width > 1:
            halves = [_shuffled(builder, left, left, list(range(start, width, 2))) for start in (0, 1)]
            left, width = builder.fadd(*halves), width // 2
        return builder.extract_element(left, INT32(0))

    return types.float64(EIGHT), lowered


def _one_by_one(function: Callable[..., float], arity: int = 1) -> Any:
    def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        scalar = context.get_function(function, signature(types.float64, *[types.float64] * arity))
        vectors = [cgutils.alloca_once_value(builder, vector) for vector in args[:-1]]
        numbers = [builder.bitcast(vector, DOUBLE.as_pointer()) for vector in vectors]
        for vector, value in zip(vectors, args[:-1], strict=True):
            builder.store(value, vector)
        with cgutils.for_range(builder, args[-1]) as loop:
            places = [builder.gep(first, [loop.index]) for first in numbers]
            builder.store(scalar(builder, [builder.load(place) for place in places]), places[0])
        return builder.load(vectors[0])

    if arity == 1:

        @intrinsic
        def applied(typingctx: Any, vector: Any, count: Any) -> Any:
            return vector(vector, types.int64), lowered

        return applied

    @intrinsic
    def applied_to_two(typingctx: Any, vector: Any, other: Any, count: Any) -> Any:
        return vector(vector, vector, types.int64), lowered

    return applied_to_two


sin_of_first = _one_by_one(math.sin)
"""sin_of_first(vector, n): the C library's sine of the first n numbers; the others stay."""

cos_of_first = _one_by_one(math.cos)
"""cos_of_first(vector, n): the C library's cosine, and so on."""

tan_of_first = _one_by_one(math.tan)
arctan_of_first = _one_by_one(math.atan)
sinh_of_first = _one_by_one(math.sinh)
cosh_of_first = _one_by_one(math.cosh)
log_of_first = _one_by_one(math.log)
log1p_of_first = _one_by_one(math.log1p)
erf_of_first = _one_by_one(math.erf)

power_of_first = _one_by_one(math.pow, arity=2)
"""power_of_first(x, y, n): the C library's pow of the first n pairs; the others stay."""
