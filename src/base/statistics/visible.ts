import { newcombeInterval, wilsonInterval } from './proportion.ts';
import { smallestReal } from './search.ts';

/**
 * The smallest gap that two sets of rows can show: the least g such that error `share` on the one and `share` + g
 * on the other have a difference whose lower limit is above `margin`. Null if even an error of 1 would not show.
 */
export function smallestVisibleDifference(
  share: number,
  count: number,
  otherCount: number,
  margin: number,
  confidence: number,
): number | null {
  return smallestReal(
    0,
    1 - share,
    (gap) => newcombeInterval(Math.min(1, share + gap), otherCount, share, count, confidence).low > margin,
  );
}

/** The smallest gap over an exactly known `share` that `count` rows can show; as above. */
export function smallestVisibleExcess(share: number, count: number, margin: number, confidence: number): number | null {
  return smallestReal(
    0,
    1 - share,
    (gap) => wilsonInterval(Math.min(1, share + gap), count, confidence).low - share > margin,
  );
}
