// In: checked runs. Out: a SARIF 2.1.0 log (OASIS, 2020), as GitHub's code scanning and editors read it.

import { verdictName } from '../../diagnosis/explain.ts';
import { rules, verdictIds } from '../../diagnosis/rules/index.ts';
import type { CheckedRun } from './checked-run.ts';

const schema = 'https://json.schemastore.org/sarif-2.1.0.json';

/** Where a run lies, as a URI that is relative to where the command ran, or absolute. */
function uriOf(path: string): string {
  const plain = path.replaceAll('\\', '/').replace(/^\.\//, '');
  const encoded = plain.split('/').map(encodeURIComponent).join('/');
  if (/^[a-z]+:\/\//i.test(plain)) return plain;
  return plain.startsWith('/') ? `file://${encoded}` : encoded;
}

const locationsOf = ({ path }: CheckedRun) => [{ physicalLocation: { artifactLocation: { uri: uriOf(path) } } }];

/** The log as JSON; `version` is that of fettle. */
export function sarifOf(runs: readonly CheckedRun[], version: string): object {
  const descriptors = verdictIds.map((id) => ({
    id,
    name: verdictName(id),
    shortDescription: { text: rules[id].about },
    help: { text: `${rules[id].about} Its page is docs/rules/${id}.md.` },
  }));
  const results = runs.flatMap((run) =>
    run.verdicts.map(({ verdict, failed }) => ({
      ruleId: verdict.id,
      ruleIndex: verdictIds.indexOf(verdict.id),
      kind: failed ? 'fail' : 'informational',
      level: failed ? 'error' : 'none',
      message: { text: `${run.run}: ${verdict.because}` },
      locations: locationsOf(run),
      partialFingerprints: { 'fettle/run': `${run.run}/${verdict.id}` },
    })),
  );
  const problems = runs.flatMap((run) =>
    run.problem === null
      ? []
      : { level: 'error', message: { text: `${run.run}: ${run.problem}` }, locations: locationsOf(run) },
  );
  return {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'fettle', version, rules: descriptors } },
        invocations: [{ executionSuccessful: problems.length === 0, toolExecutionNotifications: problems }],
        results,
      },
    ],
  };
}
