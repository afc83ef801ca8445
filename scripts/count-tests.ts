// In: vitest's JSON report. Out: how many tests passed and failed.

/** The part of vitest's JSON report that is read here. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/**
 * Counts tests; a file that failed before its first test, a run that found no test at all, and a run that ended badly
 * although each test passed (an error outside of tests) count as one failure each.
 */
export function countTests(report: VitestReport, finished: boolean): { passed: number; failed: number } {
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  const passed = report.numPassedTests;
  const failed = report.numFailedTests + broken.length;
  const hidden = failed === 0 && (!finished || passed === 0) ? 1 : 0;
  return { passed, failed: failed + hidden };
}
