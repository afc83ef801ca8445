// In: the path of a plan. Out: the plan, or an error that says how to make one.

import { readFile } from 'node:fs/promises';
import { FettleError } from '../base/error.ts';
import { type Plan, parsePlan } from '../plan/plan.ts';

/** Reads and checks a plan. Throws `file` where there is none, `plan` where it is not JSON or not a plan. */
export async function readPlan(path: string): Promise<Plan> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message;
    throw new FettleError(
      'file',
      `Cannot read the plan ${path}: ${reason}. \`fettle plan DATA > plan.json\` makes one.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FettleError(
      'plan',
      `${path} is not JSON: ${(error as Error).message}. Mend it, or start from \`fettle plan DATA\`.`,
    );
  }
  return parsePlan(value);
}
