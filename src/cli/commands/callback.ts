// fettle callback keras|lightning|pytorch: a Python file whose callback writes records that `fettle diagnose` reads.

import { Argument, type Command, Option } from 'commander';
import { printLines } from '../output.ts';
import { type PythonFramework, pythonCallback, pythonFrameworks } from '../python-callback.ts';

/** Adds `fettle callback`. */
export function addCallback(program: Command): void {
  program
    .command('callback')
    .description('A Python file for Keras, Lightning or PyTorch whose callback writes what `fettle diagnose` judges.')
    .addArgument(new Argument('<FRAMEWORK>', 'what trains').choices(pythonFrameworks))
    .addOption(new Option('--out <file>', 'the file to write (default: print it)'))
    .action(async (framework: PythonFramework, { out }: { readonly out?: string }) => {
      const text = pythonCallback(framework);
      if (out === undefined) {
        process.stdout.write(text);
        return;
      }
      const { writeAtomically } = await import('../../base/disk.node.ts');
      await writeAtomically(out, text);
      const name = framework === 'pytorch' ? 'FettleRecorder' : 'FettleCallback';
      printLines([`Wrote ${out}. Its ${name} writes fettle-record.json, which \`fettle diagnose\` judges.`]);
    });
}
