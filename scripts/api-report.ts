// In: the .d.ts files of the entry points in dist. Out: docs/api.md, every exported name with its signature.
// The file is committed: a change of the public API is seen and decided on in review. `--check` only compares.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '..');
const target = resolve(root, 'docs/api.md');

/** Entry point -> its declarations, from package.json. */
function readEntries(): [string, string][] {
  const manifest = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { types: string }>;
  };
  return Object.entries(manifest.exports).flatMap(([name, entry]): [string, string][] =>
    typeof entry === 'string' ? [] : [[name.replace('.', 'fettle'), resolve(root, entry.types)]],
  );
}

/** The report's text, from the built package. */
export function reportApi(): string {
  const entries = readEntries();
  const missing = entries.filter(([, file]) => !existsSync(file)).map(([, file]) => relative(root, file));
  if (missing.length > 0) throw new Error(`Expected ${missing.join(', ')}; run \`npm run build\` first.`);
  const program = ts.createProgram(
    entries.map(([, file]) => file),
    {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2024,
      lib: ['lib.es2024.d.ts'],
      types: ['node'],
      skipLibCheck: true,
    },
  );
  const checker = program.getTypeChecker();
  const sections = entries.map(([name, file]) => {
    const source = program.getSourceFile(file);
    const symbol = source && checker.getSymbolAtLocation(source);
    return `## ${name}\n\`\`\`ts\n${symbol ? listExports(checker, symbol) : ''}\n\`\`\`\n`;
  });
  return `# Public API\nWritten by \`npm run api\`; a test compares it with the built package.\n\n${sections.join('\n')}`;
}

/** An exported name's declarations; those of a namespace (`export * as name`) follow it with its name before theirs. */
function describe(checker: ts.TypeChecker, exported: ts.Symbol, prefix = ''): string {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  if (symbol.flags & ts.SymbolFlags.ValueModule) return listExports(checker, symbol, `${exported.name}.`);
  const texts = (symbol.declarations ?? []).map((declaration) => printDeclaration(exported.name, declaration));
  return [...new Set(texts)].map((text) => prefix + text).join('\n');
}

function listExports(checker: ts.TypeChecker, module: ts.Symbol, prefix = ''): string {
  const names = [...checker.getExportsOfModule(module)].sort((a, b) => (a.name < b.name ? -1 : 1));
  return names.map((name) => describe(checker, name, prefix && `/* ${prefix.slice(0, -1)} */ `)).join('\n');
}

/** A declaration without comments and without the words that every one of them has. */
function printDeclaration(name: string, declaration: ts.Declaration): string {
  const printer = ts.createPrinter({ removeComments: true });
  const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const text = printer.printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile());
  const bare = text.replace(/^export (declare )?|^declare /, '').replaceAll('    ', '  ');
  return bare.includes(name) ? bare : `${bare} // as ${name}`;
}

if (import.meta.main) {
  const text = reportApi();
  if (!process.argv.includes('--check')) writeFileSync(target, text);
  else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
    console.error('docs/api.md differs from the built package: run `npm run build && npm run api` and review it.');
    process.exitCode = 1;
  }
}
