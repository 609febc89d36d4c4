/* Numbers as they arrive, and as they are read: typed arrays in base64, three significant digits, two decimals for weights, and where α
   stands on its slider. What the server writes too it writes alike. */
(function (nnbench) {
  "use strict";

  const KINDS = { f4: Float32Array, f8: Float64Array, i4: Int32Array };
  const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  const WIDEST_WEIGHT = 10000;

  const decode = ({ dtype, bdata }) => new KINDS[dtype](bytesOf(bdata).buffer);

  /* A newer browser reads base64 itself, ten times as fast. */
  const bytesOf = (text) => (Uint8Array.fromBase64 ? Uint8Array.fromBase64(text) : Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));

  /* One flat row as rows of equal length, without copying. */
  const rowsOf = (flat, width) => Array.from({ length: flat.length / width }, (_, row) => flat.subarray(row * width, (row + 1) * width));

  /* 0.0334, 1.80, 12,300, 3.12 × 10⁻⁷, ∞. */
  function number(x, digits = 3) {
    if (Number.isNaN(x)) return "not a number";
    if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
    if (x === 0) return "0";
    const [mantissa, exponent] = x.toExponential(digits - 1).split("e"), power = Number(exponent);
    const decimals = Math.max(0, digits - 1 - power);
    const text = power >= -4 && power < 6
      ? Number(`${mantissa}e${power}`).toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
      : `${mantissa} × 10${String(power).replace(/./g, (mark) => SUPERSCRIPTS[mark])}`;
    return text.replace("-", "−");
  }

  /* A weight: −0.49. */
  function twoDecimals(x) {
    if (!(Math.abs(x) < WIDEST_WEIGHT)) return number(x);
    return x.toFixed(2).replace(/^-0\.00$/, "0.00").replace("-", "−");
  }

  /* A slope: as a weight, but what two decimals would call 0 keeps a digit: 0.004, 7 × 10⁻⁵. */
  const slope = (x) => (x === 0 || Math.abs(x) >= 0.005 ? twoDecimals(x) : number(x, 1));

  /* Eight hex digits in two groups: f009 4f17. */
  const grouped = (fingerprint) => `${fingerprint.slice(0, 4)} ${fingerprint.slice(4)}`;

  /* The notebook's mapping of the slider, and back. */
  const alphaAt = (position) => 2 ** (-1.005 / (position + 0.005));
  const positionOf = (alpha) => (alpha >= 0.5 ? 1 : Math.max(0, -1.005 / Math.log2(alpha) - 0.005));

  Object.assign(nnbench, { decode, rowsOf, number, twoDecimals, slope, grouped, alphaAt, positionOf });
})((window.nnbench = window.nnbench || {}));
