import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addLoss, lossSegments, mostStretches, noLosses } from '../../../src/training/loss-stretches.ts';

const stretchesOf = (losses: readonly number[]) => losses.reduce((so, loss, i) => addLoss(so, i + 1, loss), noLosses);

const someLosses = fc.array(fc.double({ min: 0, max: 1e30, noNaN: true }), { minLength: 1, maxLength: 500 });

describe('the losses of a run', () => {
  it('of up to 64 steps are one stretch each, without a deviation', () => {
    const segments = lossSegments(stretchesOf(Array.from({ length: 64 }, (_, i) => i / 2)));
    expect(segments).toEqual(Array.from({ length: 64 }, (_, i) => ({ step: i + 1, mean: i / 2, deviation: null })));
    expect(lossSegments(noLosses)).toEqual([]);
  });

  it('of more steps are joined in pairs', () => {
    const segments = lossSegments(stretchesOf([...Array.from({ length: 64 }, (_, i) => i), 7]));
    expect(segments).toHaveLength(33);
    expect(segments[0]).toEqual({ step: 2, mean: 0.5, deviation: Math.SQRT1_2 });
    expect(segments[31]).toEqual({ step: 64, mean: 62.5, deviation: Math.SQRT1_2 });
    expect(segments[32]).toEqual({ step: 65, mean: 7, deviation: null });
  });

  it('have mean and deviation of the batches of each stretch, as long as each other but for the last', () => {
    fc.assert(
      fc.property(someLosses, (losses) => {
        const segments = lossSegments(stretchesOf(losses));
        expect(segments.length).toBeLessThanOrEqual(mostStretches);
        expect(segments.length).toBeGreaterThanOrEqual(Math.min(losses.length, mostStretches / 2));
        expect(segments.at(-1)?.step).toBe(losses.length);
        const length = segments[0]?.step ?? 0;
        let first = 0;
        for (const [i, { step, mean, deviation }] of segments.entries()) {
          const part = losses.slice(first, step);
          if (i < segments.length - 1) expect(part).toHaveLength(length);
          const average = part.reduce((sum, x) => sum + x, 0) / part.length;
          const squares = part.reduce((sum, x) => sum + (x - average) ** 2, 0);
          const size = Math.max(...part, 1e-300);
          expect(mean / size).toBeCloseTo(average / size, 10);
          if (part.length === 1) expect(deviation).toBeNull();
          else expect((deviation ?? Number.NaN) / size).toBeCloseTo(Math.sqrt(squares / (part.length - 1)) / size, 7);
          first = step;
        }
      }),
    );
  });

  it('are the same when they went through JSON on the way', () => {
    fc.assert(
      fc.property(someLosses, fc.nat(), (losses, at) => {
        const cut = at % losses.length;
        const half: unknown = JSON.parse(JSON.stringify(stretchesOf(losses.slice(0, cut))));
        const rest = losses.slice(cut).reduce((so, loss, i) => addLoss(so, cut + i + 1, loss), half as typeof noLosses);
        expect(rest).toEqual(stretchesOf(losses));
      }),
    );
  });
});
