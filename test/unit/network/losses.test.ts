import { describe, expect, it } from 'vitest';
import { createGraph, gradients, printGraph } from '../../../src/engine/index.ts';
import { createLoss, losses } from '../../../src/network/index.ts';
import type { LossPlan } from '../../../src/plan/plan.ts';

const crossEntropy: LossPlan = { kind: 'cross-entropy', labelSmoothing: 0, classWeights: 'none' };
const binary: LossPlan = { kind: 'binary-cross-entropy', labelSmoothing: 0, classWeights: 'none' };

describe('createLoss', () => {
  it.each([
    [
      crossEntropy,
      1,
      "The loss 'cross-entropy' expected a network with one output per class, at least 2, but received 1.",
    ],
    [
      binary,
      2,
      "The loss 'binary-cross-entropy' expected a network with one output, the logit of class 1, but received 2.",
    ],
    [{ kind: 'mse' } as const, 3, "The loss 'mse' expected a network with one output, the value, but received 3."],
    [
      { kind: 'huber', delta: 1 } as const,
      3,
      "The loss 'huber' expected a network with one output, the value, but received 3.",
    ],
  ])('refuses %o with %i outputs', (plan, outputs, message) => {
    expect(() => createLoss(plan, { outputs, classWeights: null })).toThrow(message);
  });

  it.each([
    [crossEntropy, 3, "The loss 'cross-entropy' expected 3 class weights, one per class, but received 1."],
    [binary, 1, "The loss 'binary-cross-entropy' expected 2 class weights, one per class, but received 1."],
  ])('refuses class weights of other classes: %o', (plan, outputs, message) => {
    expect(() => createLoss(plan, { outputs, classWeights: Float32Array.of(1) })).toThrow(message);
  });

  it('is a table of ids, each with a formula', () => {
    for (const [id, { id: own, about }] of Object.entries(losses)) {
      expect(own).toBe(id);
      expect(about.length).toBeGreaterThan(5);
    }
  });
});

describe('the gradient of cross-entropy', () => {
  it('costs three passes over the logits', () => {
    const graph = createGraph();
    const output = graph.input('output', [128, 10]);
    const loss = createLoss(crossEntropy, { outputs: 10, classWeights: null }).loss(
      output,
      graph.input('target', [128], 'int32'),
    );
    const [gradient = loss] = gradients(loss, [output]);
    expect(printGraph({ loss, gradient })).toMatchSnapshot();
  });
});
