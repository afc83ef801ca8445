import ts from 'typescript';

/** Names that `file` declares and exports without a docstring. */
export function findUndocumented(file: ts.SourceFile): string[] {
  const named = new Set<string>(); // exported by `export { name }`
  for (const statement of file.statements) {
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier || !statement.exportClause) continue;
    if (!ts.isNamedExports(statement.exportClause) || hasDocstring(statement)) continue;
    for (const element of statement.exportClause.elements) named.add((element.propertyName ?? element.name).text);
  }
  const missing = new Set<string>();
  const documented = new Set<string>(); // overloads: one docstring is enough
  for (const statement of file.statements) {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
    for (const name of declaredNames(statement)) {
      if (!isExported && !named.has(name)) continue;
      (hasDocstring(statement) ? documented : missing).add(name);
    }
  }
  return [...missing].filter((name) => !documented.has(name));
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((declaration) => declaration.name.getText());
  }
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  ) {
    return [statement.name?.text ?? 'default'];
  }
  return ts.isExportAssignment(statement) ? ['default'] : [];
}

function hasDocstring(node: ts.Node): boolean {
  return ts
    .getJSDocCommentsAndTags(node)
    .some((doc) => ts.isJSDoc(doc) && (ts.getTextOfJSDocComment(doc.comment) ?? '').trim() !== '');
}
