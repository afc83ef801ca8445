import { describe, expect, it } from 'vitest';
import { classImbalance } from '../../../../src/diagnosis/rules/class-imbalance.ts';
import { caseOf, evidenceWith, factsWith } from '../data-facts.ts';

const judge = (counts: Readonly<Record<string, number>>, unseenClasses = 0) => {
  const { target } = factsWith();
  const classCounts = Object.entries(counts).map(([label, rows]) => ({ label, rows }));
  return classImbalance.judge(caseOf(evidenceWith(factsWith({ target: { ...target, classCounts, unseenClasses } }))));
};

describe('class-imbalance', () => {
  it('fires on classes with few rows beside a common one, and names the rarest', () => {
    const finding = judge({ saab: 28, opel: 106, bus: 108, van: 109 });
    expect(finding?.because).toBe('Too few training rows to learn a class from: "saab" has 28, beside 109 of "van".');
    expect(finding?.value).toBe(28);
    expect(judge({ good: 1599, bad: 34 })?.because).toContain('"bad" has 34');
  });

  it('fires on dev classes that training rows lack', () => {
    expect(judge({ a: 400, b: 420 }, 1)?.because).toBe('No training row has the class of some dev rows (1 class).');
  });

  it('names at most three of many rare classes', () => {
    const counts = { zero: 90, one: 2, two: 9, three: 5, four: 12, five: 88 };
    expect(judge(counts)?.because).toBe(
      'Too few training rows to learn some classes from: "one" has 2, "three" has 5, "two" has 9 and one more has few, beside 90 of "zero".',
    );
  });

  it('is silent where few rows lack a class by chance', () => {
    expect(judge({ a: 4, b: 3, c: 0, d: 1 }, 1)).toBeNull();
  });

  it('is silent on 22 to 78, on 35 to 65, and on even classes with few rows', () => {
    expect(judge({ good: 1599, bad: 450 })).toBeNull();
    expect(judge({ no: 300, yes: 161 })).toBeNull();
    expect(judge({ a: 16, b: 18, c: 17 })).toBeNull();
  });

  it('is silent on a number and without facts', () => {
    expect(classImbalance.judge(caseOf(evidenceWith(factsWith())))).toBeNull();
    expect(classImbalance.judge(caseOf(evidenceWith(null)))).toBeNull();
  });
});
