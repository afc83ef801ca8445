// In: nothing. Out: everything that an engine must do, as named checks for any test runner.

import { opChecks } from '../../engine/testing/op-checks.ts';
import type { RuntimeCheck } from '../../engine/testing/runtime-check.ts';
import { sessionChecks } from '../../engine/testing/session-checks.ts';
import { trainingChecks } from './training-checks.ts';

export type { Engines, RuntimeCheck } from '../../engine/testing/runtime-check.ts';

/**
 * What every engine must do: give each op's known results, keep to the port, and train plans as the reference does.
 * @example
 * for (const { name, run } of runtimeConformance) test(name, () => run({ runtime, reference: createOnnxRuntime() }));
 */
export const runtimeConformance: readonly RuntimeCheck[] = [...sessionChecks, ...opChecks, ...trainingChecks];
