/** Leaves single statements out of the functions on the way of a note and of a voucher. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { pathOf } from './mutants.ts';
import type { Edit } from './runner.ts';

export interface Listed {
  /** From the root of the project. */
  readonly file: string;
  readonly name: string;
}

export interface Statement {
  readonly edit: Edit;
  /** `file:line`. */
  readonly place: string;
  /** Its first line. */
  readonly text: string;
}

/** What the simulation replaces by its own, or what is text alone: tests of their own judge these. */
const judgedElsewhere: ReadonlySet<string> = new Set([
  'kiosk/journal/sqlite.ts',
  'kiosk/services/runner.ts',
  'kiosk/documents/paper.ts',
  'kiosk/voucher-seal.ts',
  'kiosk/journal/derive.ts',
  'hardware/escpos/render.ts',
]);
/** What only tells: the trace of a wire. */
const telling = /^this\.record\.add\(/;
const passedOver = /\/\/ redundant on purpose: \S/;

/** The functions in the tables of ARCHITECTURE.md, in their order. */
export function listedFunctions(): readonly Listed[] {
  const text = readFileSync(pathOf('ARCHITECTURE.md'), 'utf8');
  const ways = text.split(/^## /m).filter((part) => /^(One note’s|One note's|A voucher’s|A voucher's) way/.test(part));
  const listed = new Map<string, Listed>();
  for (const [, file, name] of ways.join('\n').matchAll(/`([\w./-]+\.ts)#(\w+)`/g)) {
    if (file !== undefined && name !== undefined) listed.set(`${file}#${name}`, { file, name });
  }
  return [...listed.values()].filter(({ file }) => !judgedElsewhere.has(file));
}

/** The file once for each statement of the function, without that statement. Throws when there is no such function. */
export function statementsOf({ file, name }: Listed): readonly Statement[] {
  const path = pathOf(file);
  const text = readFileSync(path, 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: Statement[] = [];
  const body = bodyOf(source, name);
  if (body === null) throw new Error(`${file} has no function ${name}`);
  const visit = (node: ts.Node): void => {
    if (deletable(node) && !excepted(node, source)) {
      const start = node.getStart(source);
      const line = source.getLineAndCharacterOfPosition(start).line + 1;
      const edit = { path, text: `${text.slice(0, start)};${text.slice(node.end)}` };
      found.push({ edit, place: `${file}:${line}`, text: node.getText(source).split('\n')[0] as string });
    }
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

function bodyOf(source: ts.SourceFile, name: string): ts.Node | null {
  let body: ts.Node | null = null;
  const visit = (node: ts.Node): void => {
    const holds = ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node);
    if (holds && node.name?.getText(source) === name) body ??= node.body ?? null;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return body;
}

/** The only statement of an `if` goes with it. */
function deletable(node: ts.Node): boolean {
  if (ts.isIfStatement(node.parent) && node.parent.elseStatement === undefined) return false;
  return (
    ts.isExpressionStatement(node) ||
    ts.isIfStatement(node) ||
    ts.isReturnStatement(node) ||
    ts.isThrowStatement(node) ||
    ts.isSwitchStatement(node) ||
    ts.isIterationStatement(node, false)
  );
}

/** Marked as redundant at its end of line or on the line before; telling; or a check for the compiler alone. */
function excepted(node: ts.Node, source: ts.SourceFile): boolean {
  const text = node.getText(source);
  if (telling.test(text) || text.endsWith('satisfies never;')) return true;
  const lines = source.text.split('\n');
  const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
  return passedOver.test(lines[line] ?? '') || passedOver.test(lines[line - 1] ?? '');
}
