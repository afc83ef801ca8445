// In: numbers. Out: functions of them that are the same bits in every JavaScript engine.
// Math.sin, Math.log and Math.exp may differ in their last digits; sums, products and quotients may not.

/** sin(2 pi t) for |t| <= 1/8 by Taylor's series. */
function sineSeries(t: number): number {
  const x = 2 * Math.PI * t;
  const q = x * x;
  let sum = 1;
  for (let n = 16; n >= 2; n -= 2) sum = 1 - (q / (n * (n + 1))) * sum;
  return x * sum;
}

/** cos(2 pi t) for |t| <= 1/8 by Taylor's series. */
function cosineSeries(t: number): number {
  const x = 2 * Math.PI * t;
  const q = x * x;
  let sum = 1;
  for (let n = 17; n >= 1; n -= 2) sum = 1 - (q / (n * (n + 1))) * sum;
  return sum;
}

/** [cos, sin] of an angle in turns, error below 1e-15; exact at quarter turns. */
export function direction(turns: number): readonly [number, number] {
  const quarters = Math.round(turns * 4);
  const rest = turns - quarters / 4;
  const [c, s] = [cosineSeries(rest), sineSeries(rest)];
  switch (((quarters % 4) + 4) % 4) {
    case 0:
      return [c, s];
    case 1:
      return [-s, c];
    case 2:
      return [-c, -s];
    default:
      return [s, -c];
  }
}

/** ln(x) for finite x > 0, relative error below 1e-15 (absolute near x = 1): exponent * ln 2 + 2 artanh((m - 1) / (m + 1)). */
export function logarithm(x: number): number {
  let exponent = 0;
  let m = x;
  for (; m > Math.SQRT2; exponent++) m /= 2;
  for (; m < Math.SQRT1_2; exponent--) m *= 2;
  const z = (m - 1) / (m + 1);
  const q = z * z;
  let sum = 0;
  for (let n = 23; n >= 1; n -= 2) sum = q * sum + 1 / n;
  return exponent * Math.LN2 + 2 * z * sum;
}

/** e^x, relative error below 1e-13; 0 and Infinity beyond what float64 holds. */
export function exponential(x: number): number {
  if (x < -745.2) return 0;
  if (x > 709.8) return Number.POSITIVE_INFINITY;
  const twos = Math.round(x / Math.LN2);
  const rest = x - twos * Math.LN2;
  let value = 1;
  for (let n = 16; n >= 1; n--) value = 1 + (rest / n) * value;
  for (let n = 0; n < twos; n++) value *= 2;
  for (let n = 0; n > twos; n--) value /= 2;
  return value;
}
