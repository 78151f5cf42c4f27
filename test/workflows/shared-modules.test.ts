import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

// All runs of a worker share the modules of `workflows/` (`scripts/bundle-workflows.mjs`): what changes outside of a
// function would be seen by conversations that have nothing to do with each other.

/** What a module keeps outside of its functions, and may change. */
function changeable(code: string): string[] {
  const { statements } = ts.createSourceFile('module.ts', code, ts.ScriptTarget.ES2023, true);
  return statements.filter((statement) => !isFixed(statement)).map((statement) => statement.getText());
}

function isFixed(statement: ts.Statement): boolean {
  if (ts.isVariableStatement(statement)) return isFixedVariable(statement);
  if (ts.isClassDeclaration(statement)) return !statement.members.some(isStaticField);
  return (
    ts.isImportDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  );
}

function isStaticField(member: ts.ClassElement): boolean {
  if (ts.isClassStaticBlockDeclaration(member)) return true;
  const isStatic = (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static) !== 0;
  return isStatic && !ts.isMethodDeclaration(member);
}

// Temporal's SDK freezes what a shared module exports, the compiler what is `as const`.
function isFixedVariable({
  declarationList,
  modifiers = ts.factory.createNodeArray(),
}: ts.VariableStatement) {
  const isConst = (declarationList.flags & ts.NodeFlags.Const) !== 0;
  const isExported = modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  return (
    isConst && declarationList.declarations.every(({ initializer }) => isFixedValue(initializer, isExported))
  );
}

function isFixedValue(value: ts.Expression | undefined, isFrozen: boolean): boolean {
  if (value === undefined) return false;
  if (ts.isAsExpression(value)) return isFixedValue(value.expression, isFrozen || isConstAssertion(value));
  if (ts.isObjectLiteralExpression(value)) return isFrozen && value.properties.every(isFixedProperty);
  if (ts.isArrayLiteralExpression(value))
    return isFrozen && value.elements.every((element) => isFixedValue(element, true));
  if (ts.isCallExpression(value)) return /^define[A-Z]/.test(value.expression.getText());
  // The place of the last match is kept in a pattern that is global or sticky.
  if (ts.isRegularExpressionLiteral(value)) return !/\/[a-z]*[gy][a-z]*$/.test(value.text);
  return !holdsNew(value);
}

const isConstAssertion = (value: ts.AsExpression) => value.type.getText() === 'const';

function isFixedProperty(property: ts.ObjectLiteralElementLike): boolean {
  if (ts.isPropertyAssignment(property)) return isFixedValue(property.initializer, true);
  if (ts.isSpreadAssignment(property)) return isFixedValue(property.expression, true);
  return ts.isShorthandPropertyAssignment(property) || ts.isMethodDeclaration(property);
}

/** Functions run later, and what they make is of one run. Anything else that is made here stays. */
function holdsNew(value: ts.Node): boolean {
  if (ts.isFunctionLike(value)) return false;
  const isMade =
    ts.isNewExpression(value) || ts.isCallExpression(value) || ts.isObjectLiteralExpression(value);
  return isMade || (ts.forEachChild(value, (child) => holdsNew(child) || undefined) ?? false);
}

const folder = path.resolve(import.meta.dirname, '../../workflows');
const modules = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

test.each(modules)('workflows/%s keeps nothing that changes outside of its functions', (name) => {
  expect(changeable(readFileSync(path.join(folder, name), 'utf8'))).toEqual([]);
});

test.each([
  'let count = 0;',
  'var count = 0;',
  'const seen = new Map();',
  'export const seen = new Set();',
  'const waiting = [];',
  'const patient = { ...retry };',
  'export const known = { ...new Registry() };',
  'const last = { at: 0 };',
  'export const known = { runs: new Map() };',
  'export const known = { runs: [new Set()] } as const;',
  'const cache = memoize(() => 1);',
  'const store = process.argv.slice(1) ?? new Map();',
  'const next = /a/g;',
  'export class Alarm { static rung = 0; }',
  'class Alarm { static { globalThis.rung = 0; } }',
  'globalThis.count = 0;',
  'if (true) globalThis.count = 0;',
])('%s is something that changes', (code) => {
  expect(changeable(code)).toEqual([code]);
});

test.each([
  'const MAX_MS = 60 * 1_000;',
  "export const greeting = 'hi';",
  'const isIt = (text: string) => new Set([text]).has(text);',
  'const retry = { initialInterval: 500, names: [1] } as const;',
  "export const options: Options = { retry, cancellationType: Type.WAIT, every: '1 s' };",
  'export const patient = { ...retry, maximumInterval: 60_000 };',
  "export const pause = defineSignal<[Snapshot]>('pause');",
  'const word = /^a$/u;',
  'export class Alarm { private readonly at = new Map(); static of() { return new Alarm(); } }',
])('%s is not', (code) => {
  expect(changeable(code)).toEqual([]);
});
