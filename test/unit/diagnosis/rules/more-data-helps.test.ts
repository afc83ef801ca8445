import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../../src/diagnosis/evidence.ts';
import { gapsOf } from '../../../../src/diagnosis/gaps.ts';
import { moreDataHelps } from '../../../../src/diagnosis/rules/more-data-helps.ts';
import { type DiagnoseOptions, settingsOf } from '../../../../src/diagnosis/settings.ts';
import { evidenceWith, sizesOf } from '../data-sizes.ts';

function judge(evidence: Evidence, options: DiagnoseOptions = {}) {
  const settings = settingsOf(evidence, options);
  return moreDataHelps.judge({ evidence, gaps: gapsOf(evidence, settings), settings });
}

const falling = sizesOf((rows) => 600 * rows ** -0.5);

describe('more-data-helps', () => {
  it('fires where the variance counts and the curve still falls', () => {
    const found = judge(evidenceWith(falling));
    expect(found).toMatchObject({ id: 'more-data-helps', unit: 'percentage points' });
    expect(found?.value).toBeCloseTo(3.7, 0);
    expect(found?.actions[0]).toBe('more-data');
    expect(found?.confidence).toBeGreaterThan(0.99);
    expect(found?.because).toMatch(
      /^From 1,600 to 6,400 training rows the dev error fell by 3\.\d percentage points \(\d\.\d – \d\.\d\) with each doubling, and it has not come to rest\.$/,
    );
  });

  it('is silent where the curve has come to rest', () => {
    expect(judge(evidenceWith(sizesOf((rows) => 10 + 2000 / rows ** 1.2)))).toBeNull();
  });

  it('is silent where the fall is within noise', () => {
    expect(judge(evidenceWith(falling, 60))).toBeNull();
  });

  it('is silent where the variance is inside the tolerance', () => {
    expect(judge(evidenceWith(falling), { tolerance: 0.2 })).toBeNull();
  });

  it('is silent where a doubling is worth far less than the tolerance', () => {
    const slow = sizesOf((rows) => 30 - 0.4 * Math.log2(rows));
    expect(judge(evidenceWith(slow, 1e6))).toBeNull();
  });

  it('is silent without the probe', () => {
    expect(judge({ ...evidenceWith(falling), probes: null })).toBeNull();
  });
});
