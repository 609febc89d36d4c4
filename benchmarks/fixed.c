/* The limit: online gradient descent for four networks, each written out by hand for its sizes and compiled on the spot.
 *
 * Nothing is interpreted, and nothing has to agree with anything else to the bit: multiplications and additions are fused,
 * and sums have whatever order is quickest. A and B keep their parameters in pairs of doubles, C keeps all of them in
 * registers of eight, D goes through memory. p holds M row by row and then b, for each layer in turn; it goes in as the
 * parameters before and comes out as those after. X and T hold one fact after the other. A sweep trains eight runs that
 * differ in alpha, each number of the network eight times side by side.
 */
typedef double two __attribute__((vector_size(16)));
typedef long long two_bits __attribute__((vector_size(16)));
typedef double eight __attribute__((vector_size(64)));
typedef long long eight_bits __attribute__((vector_size(64)));
typedef double loose __attribute__((vector_size(64), aligned(8), may_alias));

#define INLINED static inline __attribute__((always_inline))

/* tanh x = (e²ˣ−1)/(e²ˣ+1), with e²ˣ−1 by a Taylor series around the nearest power of two. */
#define DEFINE_TANH(name, vec, bits)                                                                                  \
    INLINED vec name(vec x)                                                                                           \
    {                                                                                                                 \
        const vec zero = {0}, most = zero + 44.0;                                                                     \
        const bits sign = (bits)x & (bits)(-zero);                                                                    \
        const vec twice = (vec)((bits)x & 0x7fffffffffffffff) * 2.0;                                                  \
        const bits large = twice > most;                                                                              \
        const vec y = (vec)((large & (bits)most) | (~large & (bits)twice));                                           \
        const vec shifted = y * 1.4426950408889634 + 6755399441055744.0, n = shifted - 6755399441055744.0;            \
        const vec r = y - n * 0.6931471805599453, r2 = r * r, r4 = r2 * r2;                                           \
        const vec low = (r * (1.0 / 120) + 1.0 / 24) * r2 + (r * (1.0 / 6) + 0.5);                                    \
        const vec middle = (r * (1.0 / 362880) + 1.0 / 40320) * r2 + (r * (1.0 / 5040) + 1.0 / 720);                  \
        const vec high = (r * (1.0 / 6227020800) + 1.0 / 479001600) * r2 + (r * (1.0 / 39916800) + 1.0 / 3628800);    \
        const vec power = (vec)(((bits)shifted << 52) + 0x3ff0000000000000);                                          \
        const vec grown = power * (r2 * ((high * r4 + middle) * r4 + low) + r) + (power - 1.0);                       \
        return (vec)((bits)(grown / (grown + 2.0)) | sign);                                                           \
    }

DEFINE_TANH(tanh_of_two, two, two_bits)
DEFINE_TANH(tanh_of_eight, eight, eight_bits)

INLINED eight at(const double *p) { return *(const loose *)p; }
INLINED void put(double *p, eight v) { *(loose *)p = v; }

/* Lane l of the answer is the sum of the lanes of row l. */
INLINED eight added(eight a, eight b)
{
    return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14) + __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15);
}

INLINED eight summed(eight a, eight b, eight c, eight d, eight e, eight f, eight g, eight h)
{
    return added(added(added(a, b), added(c, d)), added(added(e, f), added(g, h)));
}

INLINED void of_a_pair(double *p, const double *X, const double *T, double alpha, double *losses, long n, int mapped)
{
    two m0 = {p[0], p[2]}, m1 = {p[1], p[3]}, b = {p[4], p[5]};
    for (long k = 0; k < n; k++) {
        const double x0 = X[2 * k], x1 = X[2 * k + 1];
        const two t = {T[2 * k], T[2 * k + 1]}, s = m0 * x0 + (m1 * x1 + b), y = mapped ? tanh_of_two(s) : s;
        const two e = y - t, squares = e * e;
        const two g = mapped ? e * alpha * ((1.0 + y) * (1.0 - y)) : e * alpha;
        losses[k] = (squares[0] + squares[1]) / 2;
        m0 -= g * x0, m1 -= g * x1, b -= g;
    }
    p[0] = m0[0], p[1] = m1[0], p[2] = m0[1], p[3] = m1[1], p[4] = b[0], p[5] = b[1];
}

void train_A(double *p, const double *X, const double *T, double alpha, double *losses, long n)
{
    of_a_pair(p, X, T, alpha, losses, n, 0);
}

void train_B(double *p, const double *X, const double *T, double alpha, double *losses, long n)
{
    of_a_pair(p, X, T, alpha, losses, n, 1);
}

#define ROWS(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)

void train_C(double *p, const double *X, const double *T, double alpha, double *losses, long n)
{
    double *first = p, *second = p + 24, *third = p + 96;
    eight c0 = {0}, c1 = {0}, b1 = at(first + 16), b2 = at(second + 64), q0 = at(third), q1 = at(third + 8);
#define LOAD(i) c0[i] = first[2 * i], c1[i] = first[2 * i + 1];
    ROWS(LOAD)
#define NAME(i) eight r##i = at(second + 8 * i);
    ROWS(NAME)
    two b3 = {third[16], third[17]};
    for (long k = 0; k < n; k++) {
        const double x0 = X[2 * k], x1 = X[2 * k + 1];
        const eight y1 = tanh_of_eight(c0 * x0 + (c1 * x1 + b1));
        const eight sums = summed(r0 * y1, r1 * y1, r2 * y1, r3 * y1, r4 * y1, r5 * y1, r6 * y1, r7 * y1);
        const eight y2 = tanh_of_eight(sums + b2);
        const eight two_rows = added(q0 * y2, q1 * y2), four = added(two_rows, two_rows), pair = added(four, four);
        const two y3 = tanh_of_two((two){pair[0], pair[1]} + b3), t = {T[2 * k], T[2 * k + 1]};
        const two e = y3 - t, g3 = e * alpha * ((1.0 + y3) * (1.0 - y3)), squares = e * e;
        losses[k] = (squares[0] + squares[1]) / 2;
        const eight g2 = (q0 * g3[0] + q1 * g3[1]) * ((1.0 + y2) * (1.0 - y2));
        q0 -= y2 * g3[0], q1 -= y2 * g3[1], b3 -= g3;
        const eight left = (r0 * g2[0] + r1 * g2[1]) + (r2 * g2[2] + r3 * g2[3]);
        const eight right = (r4 * g2[4] + r5 * g2[5]) + (r6 * g2[6] + r7 * g2[7]);
        const eight g1 = (left + right) * ((1.0 + y1) * (1.0 - y1));
#define MOVE(i) r##i -= y1 * g2[i];
        ROWS(MOVE)
        b2 -= g2;
        c0 -= g1 * x0, c1 -= g1 * x1, b1 -= g1;
    }
#define STORE(i) first[2 * i] = c0[i], first[2 * i + 1] = c1[i], put(second + 8 * i, r##i);
    ROWS(STORE)
    put(first + 16, b1), put(second + 64, b2), put(third, q0), put(third + 8, q1);
    third[16] = b3[0], third[17] = b3[1];
}

INLINED void forward(const double *p, const double *x, double *y, int inputs, int outputs)
{
    for (int i = 0; i < outputs; i += 8) {
        const double *row = p + i * inputs;
        eight s[8];
        for (int r = 0; r < 8; r++) s[r] = at(row + r * inputs) * at(x);
        for (int j = 8; j < inputs; j += 8)
            for (int r = 0; r < 8; r++) s[r] += at(row + r * inputs + j) * at(x + j);
        put(y + i, tanh_of_eight(summed(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]) + at(p + outputs * inputs + i)));
    }
}

/* `back` becomes the gradient before the map that gave x. */
INLINED void backward(double *p, const double *x, const double *g, double *back, int inputs, int outputs)
{
    double *b = p + outputs * inputs;
    for (int j = 0; j < inputs; j += 16) {
        const eight x0 = at(x + j), x1 = at(x + j + 8);
        eight sum0 = {0}, sum1 = {0};
        for (int i = 0; i < outputs; i++) {
            double *m = p + i * inputs + j;
            sum0 += at(m) * g[i], sum1 += at(m + 8) * g[i];
            put(m, at(m) - x0 * g[i]), put(m + 8, at(m + 8) - x1 * g[i]);
        }
        put(back + j, sum0 * ((1.0 + x0) * (1.0 - x0))), put(back + j + 8, sum1 * ((1.0 + x1) * (1.0 - x1)));
    }
    for (int i = 0; i < outputs; i += 8) put(b + i, at(b + i) - at(g + i));
}

void train_D(double *p, const double *X, const double *T, double alpha, double *losses, long n)
{
    double y1[64], y2[64], y3[16], g1[64], g2[64], g3[16], unused[16];
    double *first = p, *second = first + 64 * 17, *third = second + 64 * 65;
    for (long k = 0; k < n; k++) {
        const double *x = X + 16 * k;
        forward(first, x, y1, 16, 64);
        forward(second, y1, y2, 64, 64);
        forward(third, y2, y3, 64, 16);
        double loss = 0;
        for (int i = 0; i < 16; i++) {
            const double e = y3[i] - T[16 * k + i];
            loss += e * e;
            g3[i] = e * alpha * ((1.0 + y3[i]) * (1.0 - y3[i]));
        }
        losses[k] = loss / 2;
        backward(third, y2, g3, g2, 64, 16);
        backward(second, y1, g2, g1, 64, 64);
        backward(first, x, g1, unused, 16, 64);
    }
}

INLINED void sweep_of_a_pair(eight *p, const double *X, const double *T, eight alpha, eight *losses, long n, int mapped)
{
    eight m00 = p[0], m01 = p[1], m10 = p[2], m11 = p[3], b0 = p[4], b1 = p[5];
    for (long k = 0; k < n; k++) {
        const double x0 = X[2 * k], x1 = X[2 * k + 1];
        const eight s0 = m00 * x0 + (m01 * x1 + b0), s1 = m10 * x0 + (m11 * x1 + b1);
        const eight y0 = mapped ? tanh_of_eight(s0) : s0, y1 = mapped ? tanh_of_eight(s1) : s1;
        const eight e0 = y0 - T[2 * k], e1 = y1 - T[2 * k + 1];
        const eight g0 = mapped ? e0 * alpha * ((1.0 + y0) * (1.0 - y0)) : e0 * alpha;
        const eight g1 = mapped ? e1 * alpha * ((1.0 + y1) * (1.0 - y1)) : e1 * alpha;
        losses[k] = (e0 * e0 + e1 * e1) * 0.5;
        m00 -= g0 * x0, m01 -= g0 * x1, m10 -= g1 * x0, m11 -= g1 * x1, b0 -= g0, b1 -= g1;
    }
    p[0] = m00, p[1] = m01, p[2] = m10, p[3] = m11, p[4] = b0, p[5] = b1;
}

void sweep_A(eight *p, const double *X, const double *T, const eight *alpha, eight *losses, long n)
{
    sweep_of_a_pair(p, X, T, *alpha, losses, n, 0);
}

void sweep_B(eight *p, const double *X, const double *T, const eight *alpha, eight *losses, long n)
{
    sweep_of_a_pair(p, X, T, *alpha, losses, n, 1);
}

INLINED void sweep_forward(const eight *p, const eight *x, eight *y, int inputs, int outputs)
{
    for (int i = 0; i < outputs; i++) {
        eight s = p[outputs * inputs + i];
        for (int j = 0; j < inputs; j++) s += p[i * inputs + j] * x[j];
        y[i] = tanh_of_eight(s);
    }
}

INLINED void sweep_backward(
    eight *p, const eight *x, const eight *y, const eight *error, eight *back, int inputs, int outputs)
{
    for (int j = 0; j < inputs; j++) back[j] = (eight){0};
    for (int i = 0; i < outputs; i++) {
        const eight g = error[i] * ((1.0 + y[i]) * (1.0 - y[i]));
        for (int j = 0; j < inputs; j++) {
            back[j] += p[i * inputs + j] * g;
            p[i * inputs + j] -= g * x[j];
        }
        p[outputs * inputs + i] -= g;
    }
}

void sweep_C(eight *p, const double *X, const double *T, const eight *alpha, eight *losses, long n)
{
    eight x[2], y1[8], y2[8], y3[2], g3[2], g2[8], g1[8], unused[2];
    for (long k = 0; k < n; k++) {
        for (int j = 0; j < 2; j++) x[j] = X[2 * k + j] - (eight){0};
        sweep_forward(p, x, y1, 2, 8);
        sweep_forward(p + 24, y1, y2, 8, 8);
        sweep_forward(p + 96, y2, y3, 8, 2);
        const eight e0 = y3[0] - T[2 * k], e1 = y3[1] - T[2 * k + 1];
        losses[k] = (e0 * e0 + e1 * e1) * 0.5;
        g3[0] = e0 * *alpha, g3[1] = e1 * *alpha;
        sweep_backward(p + 96, y2, y3, g3, g2, 8, 2);
        sweep_backward(p + 24, y1, y2, g2, g1, 8, 8);
        sweep_backward(p, x, y1, g1, unused, 2, 8);
    }
}
