// In: weights that somebody kept. Out: a trainer that starts from them in place of random ones.

import { FettleError } from '../base/error.ts';
import type { TrainedWeights } from './train-options.ts';
import type { Trainer } from './trainer.ts';

/** Throws `data` unless the values are as many as those that they replace, and finite. */
function check(name: string, values: Float32Array, wanted: Float32Array): void {
  if (values.length !== wanted.length) {
    throw new FettleError(
      'data',
      `Start weights: expected ${wanted.length} numbers of ${name} for this plan's network on this data, received ` +
        `${values.length}. Take the weights that a training of the same network left behind.`,
    );
  }
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong === -1) return;
  throw new FettleError(
    'data',
    `Start weights: expected finite numbers, received ${values[wrong]} as number ${wrong} of ${name}. ` +
      'Take weights of a training that did not diverge.',
  );
}

/**
 * Puts weights in place of a trainer's first ones. Errors have code `data`: of another network (by the numbers of
 * parameters and buffers), or not finite.
 */
export function startFrom(trainer: Trainer, { parameters, buffers }: TrainedWeights): void {
  const own = trainer.state.parameters ?? trainer.evaluated;
  check('parameters', parameters, own);
  const [given, wanted] = [buffers, trainer.buffers].map((some) => Object.keys(some).toSorted().join(', '));
  if (given !== wanted) {
    throw new FettleError(
      'data',
      `Start weights: expected the buffers ${wanted || 'of a network without any'}, received ${given || 'none'}. ` +
        'Take the weights that a training of the same network left behind.',
    );
  }
  for (const [name, values] of Object.entries(trainer.buffers))
    check(`buffer ${name}`, buffers[name] ?? values, values);
  own.set(parameters);
  for (const [name, values] of Object.entries(trainer.buffers)) values.set(buffers[name] ?? []);
}
