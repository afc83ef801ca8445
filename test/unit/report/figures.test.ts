import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intervalChart } from '../../../src/report/figures/interval-chart.ts';
import { lineChart } from '../../../src/report/figures/line-chart.ts';
import { linearAxis, logAxis, roundStep } from '../../../src/report/figures/scale.ts';

describe('a linear axis', () => {
  it('has round ticks that hold the range', () => {
    expect(linearAxis(0, 0.237, 0, 100).ticks.map(({ label }) => label)).toEqual([
      '0.00',
      '0.05',
      '0.10',
      '0.15',
      '0.20',
      '0.25',
    ]);
    expect(linearAxis(0, 100, 0, 100, 5, ' %').ticks.map(({ label }) => label)).toEqual([
      '0 %',
      '20 %',
      '40 %',
      '60 %',
      '80 %',
      '100 %',
    ]);
    expect(linearAxis(3, 3, 0, 100).ticks.length).toBeGreaterThan(1);
  });

  it('places every number of the range between its ends', () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(number, number, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, t) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const axis = linearAxis(low, high, 0, 100);
        const place = axis.place(low + t * (high - low));
        expect(place).toBeGreaterThanOrEqual(-1e-6);
        expect(place).toBeLessThanOrEqual(100 + 1e-6);
        expect(axis.ticks.length).toBeLessThanOrEqual(12);
      }),
    );
  });

  it('steps by 1, 2 or 5', () => {
    expect([0.7, 1.2, 3, 7, 42].map((span) => roundStep(span, 1))).toEqual([1, 2, 5, 10, 50]);
  });
});

describe('a logarithmic axis', () => {
  it('has ticks at powers, and holds the range', () => {
    expect(logAxis(0.002, 3, 0, 100).ticks.map(({ label }) => label)).toEqual(['0.001', '0.01', '0.1', '1', '10']);
    fc.assert(
      fc.property(
        fc.double({ min: 1e-8, max: 1, noNaN: true }),
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        (low, ratio) => {
          const axis = logAxis(low, low * ratio, 0, 100);
          expect(axis.ticks.length).toBeLessThanOrEqual(10);
          expect(axis.ticks.length).toBeGreaterThanOrEqual(1);
          for (const value of [low, low * ratio]) {
            expect(axis.place(value)).toBeGreaterThanOrEqual(-1e-6);
            expect(axis.place(value)).toBeLessThanOrEqual(100 + 1e-6);
          }
        },
      ),
    );
  });
});

const frame = { title: 'error over epochs', xLabel: 'epoch', yLabel: 'error, %', yScale: 'linear' } as const;

describe('a line chart', () => {
  it('is this picture', () => {
    const points = [0.4, null, 0.3, 0.2].map((y, i) => ({ x: i + 1, y }));
    const chart = lineChart({
      ...frame,
      factor: 100,
      lines: [{ label: 'train', kind: 'a', points }],
      mark: { x: 4, label: 'kept' },
    });
    expect(chart.html).toMatchSnapshot();
  });

  it('breaks the line at gaps and at numbers that are not finite', () => {
    const points = [1, null, 2, Number.NaN, 3].map((y, x) => ({ x, y }));
    const { html } = lineChart({ ...frame, lines: [{ label: 'a', kind: 'a', points }] });
    expect(html.match(/ d="(M[\d.]+ [\d.]+L[^"]*)"/)?.[1]?.match(/M/g)).toHaveLength(3);
    expect(html).not.toContain('NaN');
  });

  it('says so when there is nothing to draw', () => {
    expect(lineChart({ ...frame, lines: [] }).html).toBe('<p>There is nothing to draw.</p>');
  });
});

describe('an interval chart', () => {
  it('draws each interval from low to high around its value', () => {
    const { html } = intervalChart(
      'errors',
      'error, %',
      [{ label: 'test <1>', value: 0.2, low: 0.1, high: 0.4, isReference: false }],
      100,
    );
    expect(html).toContain('test &lt;1&gt;');
    expect(html).toContain('x1="296.5" x2="616.0"');
    expect(html).toContain('cx="403.0"');
  });
});
