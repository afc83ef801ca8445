import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { actionIds } from '../../../src/diagnosis/action-id.ts';
import { verdictName } from '../../../src/diagnosis/explain.ts';
import { rules, type VerdictId, verdictIds } from '../../../src/diagnosis/rules/index.ts';
import type { DiagnoseOptions } from '../../../src/diagnosis/settings.ts';
import { diagnoseRecord, type RecordName } from './records.ts';

type Sample = readonly [RecordName, DiagnoseOptions?];

/** For rules recorded runs on which they fire, and at least two on which they stay silent; others have a file in rules/. */
const samples: {
  readonly [K in VerdictId]?: {
    readonly fires: readonly [Sample, ...Sample[]];
    readonly silent: readonly [Sample, Sample, ...Sample[]];
  };
} = {
  diverged: {
    fires: [['concrete-diverged']],
    silent: [['concrete-linear'], ['digits-tiny-rate'], ['pima-folds'], ['fashion-three']],
  },
  stalled: {
    fires: [['digits-tiny-rate'], ['concrete-constant']],
    silent: [
      ['digits-unfinished'],
      ['concrete-linear'],
      ['concrete-diverged'],
      ['digits-tiny-rate', { optimalError: 0.95 }],
    ],
  },
  'still-falling': {
    fires: [['digits-unfinished']],
    silent: [
      ['concrete-linear'],
      ['california-tuned'],
      ['digits-wide-overtrained'],
      ['digits-tiny-rate'],
      ['concrete-diverged'],
      ['pima-folds'],
    ],
  },
  'high-bias': {
    fires: [['concrete-linear'], ['california-tuned'], ['pima-folds'], ['digits-unfinished']],
    silent: [
      ['digits-few-rows'],
      ['fashion-three'],
      ['california-tuned', { optimalError: 0.425 }],
      ['fashion-noisy-dev'],
    ],
  },
  'high-variance': {
    fires: [['digits-few-rows'], ['digits-small-dev', { tolerance: 0.01 }]],
    silent: [['concrete-linear'], ['fashion-three'], ['fashion-noisy-dev'], ['digits-small-dev']],
  },
  'data-mismatch': {
    fires: [['fashion-noisy-dev']],
    silent: [['fashion-like-dev'], ['digits-few-rows'], ['concrete-linear']],
  },
  'cannot-tell': {
    fires: [['digits-small-dev'], ['pima-folds'], ['california-tuned']],
    silent: [['digits-few-rows'], ['fashion-three'], ['california-tuned', { optimalError: 0.43, tolerance: 0.05 }]],
  },
  fit: {
    fires: [['fashion-three'], ['fashion-like-dev'], ['california-tuned', { optimalError: 0.42, tolerance: 0.05 }]],
    silent: [['digits-small-dev'], ['digits-few-rows'], ['fashion-noisy-dev'], ['concrete-linear']],
  },
};

const cases = (list: readonly Sample[]) => list.map(([name, options]) => ({ name, options }));

const HEADINGS = ['What it sees', 'Why it matters', 'Threshold and its source', 'What to do', 'What it cannot see'];

const tested = readdirSync(new URL('rules/', import.meta.url)).map((file) => file.replace('.test.ts', ''));

describe.each(verdictIds)('rule %s', (id) => {
  const rule = rules[id];
  const { fires, silent } = samples[id] ?? { fires: [], silent: [] };

  it('is tested on runs', () => {
    expect(fires.length > 0 || tested.includes(id)).toBe(true);
  });

  it.each(cases(fires))('fires on $name', ({ name, options }) => {
    const verdict = diagnoseRecord(name, options).verdicts.find((v) => v.id === id);
    expect(verdict?.because).toMatch(/^[A-Z].*\.$/s);
    expect(verdict?.actions).toEqual(rule.actions);
    if (verdict?.confidence !== null) expect(verdict?.confidence).toBeGreaterThan(0.9);
  });

  it.each(cases(silent))('is silent on $name', ({ name, options }) => {
    expect(diagnoseRecord(name, options).verdicts.map((v) => v.id)).not.toContain(id);
  });

  it('has its page with its headings', () => {
    const page = readFileSync(new URL(`../../../docs/rules/${id}.md`, import.meta.url), 'utf8');
    expect([...page.matchAll(/^## (.+)$/gm)].map((match) => match[1])).toEqual(HEADINGS);
    for (const section of page.split(/^## .+$/m).slice(1)) expect(section.trim().length).toBeGreaterThan(60);
    for (const action of rule.actions) expect(page).toContain(`\`${action}\``);
  });

  it('prescribes known actions in the order of the recipe', () => {
    const places = rule.actions.filter((action) => action !== 'other-architecture').map((a) => actionIds.indexOf(a));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(verdictName(id)).not.toBe('');
  });
});

it('no page is without a rule', () => {
  const pages = readdirSync(new URL('../../../docs/rules/', import.meta.url)).filter((file) => file.endsWith('.md'));
  expect(pages.map((file) => file.slice(0, -3)).sort()).toEqual([...verdictIds].sort());
});

it('more data and regularization are never prescribed for bias alone', () => {
  const against = ['more-data', 'l2', 'l1', 'dropout', 'augmentation', 'early-stopping'];
  expect(rules['high-bias'].actions.filter((action) => against.includes(action))).toEqual([]);
});
