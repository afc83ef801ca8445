import { FettleError } from '../error.ts';

/** P(Z <= x) for a standard normal Z, relative error below 1e-13 down to x = -37 (Hart 1968, in West 2005). */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  const a = Math.abs(x);
  let tail = 0;
  if (a <= 37) {
    const e = Math.exp((-a * a) / 2);
    if (a < 2.5) {
      let top = 3.52624965998911e-2 * a + 0.700383064443688;
      top = top * a + 6.37396220353165;
      top = top * a + 33.912866078383;
      top = top * a + 112.079291497871;
      top = top * a + 221.213596169931;
      top = top * a + 220.206867912376;
      let bottom = 8.83883476483184e-2 * a + 1.75566716318264;
      bottom = bottom * a + 16.064177579207;
      bottom = bottom * a + 86.7807322029461;
      bottom = bottom * a + 296.564248779674;
      bottom = bottom * a + 637.333633378831;
      bottom = bottom * a + 793.826512519948;
      bottom = bottom * a + 440.413735824752;
      tail = (e * top) / bottom;
    } else {
      // The continued fraction of Mills' ratio, from here on: Hart's polynomials lose relative digits in the tail.
      let build = a;
      for (let level = 100; level >= 1; level--) build = a + level / build;
      tail = e / build / Math.sqrt(2 * Math.PI);
    }
  }
  return x > 0 ? 1 - tail : tail;
}

const polynomial = (x: number, coefficients: readonly number[]): number =>
  coefficients.reduceRight((sum, c) => sum * x + c, 0);

// Wichura's rational approximations, lowest power first.
const CENTER_TOP = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
];
const CENTER_BOTTOM = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852546,
];
const MIDDLE_TOP = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
];
const MIDDLE_BOTTOM = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];
const TAIL_TOP = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
];
const TAIL_BOTTOM = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
  1.421511758316446e-7, 2.0442631033899397e-15,
];

function checkProbability(p: number): void {
  if (!(p >= 0 && p <= 1)) {
    throw new FettleError('internal', `Expected a probability between 0 and 1, received ${p}.`);
  }
}

/** The x with P(Z <= x) = p, to about 16 digits (algorithm AS 241, Wichura 1988); -Infinity at 0, Infinity at 1. */
export function normalQuantile(p: number): number {
  checkProbability(p);
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(r, CENTER_TOP)) / polynomial(r, CENTER_BOTTOM);
  }
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const x =
    r <= 5
      ? polynomial(r - 1.6, MIDDLE_TOP) / polynomial(r - 1.6, MIDDLE_BOTTOM)
      : polynomial(r - 5, TAIL_TOP) / polynomial(r - 5, TAIL_BOTTOM);
  return q < 0 ? -x : x;
}

const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** ln of the gamma function for x >= 0.5 (Lanczos 1964, g = 7, coefficients of Godfrey). */
function logGamma(x: number): number {
  const y = x - 1;
  const sum = LANCZOS.reduce((s, c, i) => s + (i === 0 ? c : c / (y + i)), 0);
  const t = y + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** The continued fraction of the incomplete beta function by Lentz's method (Press et al., Numerical Recipes, 6.4). */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m <= 10000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return h;
}

/** The regularized incomplete beta function I_x(a, b); `y` is 1 - x, given apart so that no digits are lost. */
function incompleteBeta(x: number, y: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(y));
  if (x < (a + 1) / (a + b + 2)) return (front * betaFraction(x, a, b)) / a;
  return 1 - (front * betaFraction(y, b, a)) / b;
}

function checkDegrees(degrees: number): void {
  if (!(degrees >= 1)) {
    throw new FettleError('internal', `Expected at least 1 degree of freedom, received ${degrees}.`);
  }
}

/** P(T > x) for x >= 0. */
function studentTail(x: number, degrees: number): number {
  const square = x * x;
  return 0.5 * incompleteBeta(degrees / (degrees + square), square / (degrees + square), degrees / 2, 0.5);
}

/** P(T <= x) for Student's t with `degrees` >= 1 degrees of freedom; Infinity is the normal distribution. */
export function studentCdf(x: number, degrees: number): number {
  checkDegrees(degrees);
  if (degrees === Number.POSITIVE_INFINITY) return normalCdf(x);
  const tail = studentTail(Math.abs(x), degrees);
  return x > 0 ? 1 - tail : tail;
}

/** Student's quantile as an expansion around the normal one (Abramowitz and Stegun 26.7.5). */
function studentExpansion(z: number, degrees: number): number {
  const z2 = z * z;
  const g1 = (z * (z2 + 1)) / 4;
  const g2 = (z * ((5 * z2 + 16) * z2 + 3)) / 96;
  const g3 = (z * (((3 * z2 + 19) * z2 + 17) * z2 - 15)) / 384;
  const g4 = (z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945)) / 92160;
  return z + (g1 + (g2 + (g3 + g4 / degrees) / degrees) / degrees) / degrees;
}

/** The x with P(T <= x) = p for Student's t, to about 12 digits; -Infinity at 0, Infinity at 1. */
export function studentQuantile(p: number, degrees: number): number {
  checkProbability(p);
  checkDegrees(degrees);
  const z = normalQuantile(p);
  if (z === 0 || !Number.isFinite(z) || degrees === Number.POSITIVE_INFINITY) return z;
  const tail = Math.min(p, 1 - p);
  const guess = studentExpansion(Math.abs(z), degrees);
  // From 20,000 degrees on the next term of the expansion is below 1e-12 for every tail that double precision holds.
  if (degrees >= 20000) return Math.sign(z) * guess;
  let low = 0;
  let high = Math.max(1, guess);
  while (studentTail(high, degrees) > tail) {
    low = high;
    high *= 2;
  }
  const logScale = logGamma((degrees + 1) / 2) - logGamma(degrees / 2) - 0.5 * Math.log(degrees * Math.PI);
  let x = Math.min(Math.max(guess, low), high);
  // Newton's steps inside a bracket; a step that leaves the bracket is replaced by its middle.
  for (let i = 0; i < 200; i++) {
    const excess = studentTail(x, degrees) - tail;
    if (excess > 0) low = x;
    else high = x;
    const density = Math.exp(logScale - ((degrees + 1) / 2) * Math.log1p((x * x) / degrees));
    let next = x + excess / density;
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (Math.abs(next - x) <= 1e-15 * Math.abs(x)) return Math.sign(z) * next;
    x = next;
  }
  return Math.sign(z) * x;
}
