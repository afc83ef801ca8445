// All faults by group. A new one: an entry in the file of its group.

import type { Fault } from './fault.ts';
import { hyperparameterFaults } from './hyperparameters.ts';
import { initializationFaults } from './initialization.ts';
import { inputFaults } from './inputs.ts';
import { labelFaults } from './labels.ts';
import { networkFaults } from './network.ts';
import { optimizerFaults } from './optimizer.ts';
import { regularizationFaults } from './regularization.ts';
import { rowFaults } from './rows.ts';

/** The faults of each group. */
export const faults = {
  data: [...labelFaults, ...rowFaults, ...inputFaults],
  hyperparameters: hyperparameterFaults,
  network: networkFaults,
  initialization: initializationFaults,
  regularization: regularizationFaults,
  optimizer: optimizerFaults,
} as const satisfies Readonly<Record<string, readonly Fault[]>>;

/** A group of faults. */
export type Group = keyof typeof faults;
