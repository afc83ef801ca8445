// In: numbers of training rows and the noise of the errors there. Out: for any errors at them the best falling curve of each
// of two families: one may come to rest on a floor, the other may fall faster and faster. Where they agree, a forecast can be
// trusted. Shapes are taken from a grid and the rest follows by least squares, so a fit is a few thousand products.

/** A curve through points. */
export interface FittedCurve {
  /** Sum of squared residuals in units of their noise. */
  readonly misfit: number;
  errorAt(rows: number): number;
}

/** Fits curves of one family to any errors at fixed numbers of rows. */
export type Fitter = (errors: ArrayLike<number>) => FittedCurve;

/** A falling function of the share of the rows; a curve is a multiple of it, above a floor if it may have one. */
interface Shape {
  readonly floor: boolean;
  at(share: number): number;
}

const steps = (from: number, to: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));

/** (x^d - 1) / d, and its limit ln x at d = 0 (Box and Cox, 1964). */
const boxCox = (x: number, d: number): number => (Math.abs(d) < 1e-6 ? Math.log(x) : (x ** d - 1) / d);

/**
 * a n^-b + c with a, c >= 0: the power law with a floor. Exponents of measured learning curves lie between .07 and 1
 * (Hestness et al., 2017; Viering and Loog, 2022).
 */
const power = steps(0.05, 1.5, 59).map((b): Shape => ({ floor: true, at: (share) => share ** -b }));

/**
 * a exp(-b (n^d - 1) / d) with a, b >= 0: a stretched exponential (the Weibull curve of Viering and Loog, 2022, without a
 * floor of its own). With d > 0 it falls faster and faster on logarithmic paper, with 0 it is the power law without a floor,
 * below 0 it comes to rest.
 */
const exponential = steps(-1, 0.25, 11).flatMap((d) =>
  steps(0, 2, 41).map((b): Shape => ({ floor: false, at: (share) => Math.exp(-b * boxCox(share, d)) })),
);

/** The families by name. */
export const families = { power, exponential } as const;

/** The name of a family. */
export type FamilyName = keyof typeof families;

/** A shape at the points, in units of the noise, and its sums of squares. */
interface PreparedShape {
  readonly shape: Shape;
  readonly values: Float64Array;
  /** Sum of the squares. */
  readonly square: number;
  /** Sum of the products with a constant. */
  readonly cross: number;
}

/** The factor and the floor of the least squares, neither below 0. */
function solve({ shape, square, cross }: PreparedShape, ones: number, onShape: number, onOnes: number) {
  const alone = { factor: Math.max(0, onShape / square), floor: 0 };
  if (!shape.floor) return alone;
  const determinant = ones * square - cross * cross;
  if (!(determinant > 1e-12 * ones * square)) return { factor: 0, floor: Math.max(0, onOnes / ones) };
  const factor = (ones * onShape - cross * onOnes) / determinant;
  const floor = (square * onOnes - cross * onShape) / determinant;
  if (factor < 0) return { factor: 0, floor: Math.max(0, onOnes / ones) };
  return floor < 0 ? alone : { factor, floor };
}

/** Prepares a family for these numbers of rows and standard errors (above 0) of the errors there. */
export function createFitter(name: FamilyName, rows: readonly number[], noise: readonly number[]): Fitter {
  // Shapes are of shares of the most rows, so that exponents do not depend on the unit.
  const unit = Math.max(...rows);
  const inverse = noise.map((sigma) => 1 / sigma);
  const ones = inverse.reduce((sum, x) => sum + x * x, 0);
  const prepared = families[name].map((shape): PreparedShape => {
    const values = Float64Array.from(rows, (n, i) => shape.at(n / unit) * (inverse[i] as number));
    const square = values.reduce((sum, x) => sum + x * x, 0);
    return { shape, values, square, cross: values.reduce((sum, x, i) => sum + x * (inverse[i] as number), 0) };
  });
  return (errors) => {
    const y = inverse.map((x, i) => x * (errors[i] as number));
    const onOnes = y.reduce((sum, x, i) => sum + x * (inverse[i] as number), 0);
    let best = { misfit: Number.POSITIVE_INFINITY, factor: 0, floor: 0, shape: prepared[0]?.shape };
    for (const one of prepared) {
      let onShape = 0;
      for (let i = 0; i < y.length; i++) onShape += (one.values[i] as number) * (y[i] as number);
      const { factor, floor } = solve(one, ones, onShape, onOnes);
      let misfit = 0;
      for (let i = 0; i < y.length; i++) {
        misfit += ((y[i] as number) - factor * (one.values[i] as number) - floor * (inverse[i] as number)) ** 2;
      }
      if (misfit < best.misfit) best = { misfit, factor, floor, shape: one.shape };
    }
    const { misfit, factor, floor, shape } = best;
    return { misfit, errorAt: (n) => factor * (shape?.at(n / unit) ?? 0) + floor };
  };
}
