import { build } from '../../../scripts/build.ts';

/** Builds dist, unless `npm test` has just done so; for tests of the built package. */
export function ensureBuilt(): void {
  if (process.env.FETTLE_BUILT === '1') return;
  if (!build()) throw new Error('The build failed: see the compiler’s lines above.');
  process.env.FETTLE_BUILT = '1';
}
