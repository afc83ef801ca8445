import { build } from '../../../scripts/build.ts';

/** Vitest's global set-up: builds dist, unless `npm test` has just done so. */
export default function buildOnce(): void {
  if (process.env.FETTLE_BUILT !== '1' && !build())
    throw new Error('The build failed: see the compiler’s lines above.');
  process.env.FETTLE_BUILT = '1';
}
