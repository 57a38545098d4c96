/**
 * Checks who imports whom (`.dependency-cruiser.cjs`) and what files are called. It fails too when no module was read, which
 * would prove nothing.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import ts from 'typescript';

export const lawfulFolders = ['config', 'hardware', 'kiosk', 'ui', 'scripts'];

/** Names for "I did not know where". */
const emptyName = /(?:^|\/)(?:utils?|helpers?|common|misc|types)(?:\/|\.[a-z]+$)/;

/** The rules whose files must not reach for time or chance either. */
const pureRules: readonly string[] = ['deciding-is-pure', 'drivers-are-pure', 'ciphers-only-compute'];
const impureGlobals: ReadonlySet<string> = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'performance',
  'process',
  'crypto',
  'fetch',
]);

export interface Breach {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

export interface LawReport {
  readonly modulesRead: number;
  readonly breaches: readonly Breach[];
}

/** Reads every module of the folders below `base`. Rules speak of paths relative to `base`. */
export async function checkLaw(base: string, folders: readonly string[] = lawfulFolders): Promise<LawReport> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const law = createRequire(import.meta.url)(resolve(root, '.dependency-cruiser.cjs'));
  const options: ICruiseOptions = {
    ...law.options,
    baseDir: base,
    validate: true,
    ruleSet: { forbidden: law.forbidden },
  };
  const tsConfig = extractTsConfig(resolve(root, 'tsconfig.json'));
  const { output } = await cruise([...folders], options, undefined, { tsConfig });
  const { modules, summary } = output as ICruiseResult;
  const named = modules.map(({ source }) => source).filter((source) => !source.includes('node_modules'));
  const breaches = summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    from,
    to,
    why: law.forbidden.find(({ name }: { name: string }) => name === rule.name)?.comment ?? '',
  }));
  const emptyNames = named
    .filter((source) => emptyName.test(source))
    .map((source) => ({
      rule: 'empty-name',
      from: source,
      to: source,
      why: 'The name says nothing; name what it holds.',
    }));
  const read = named.filter((source) => folders.some((folder) => source.startsWith(`${folder}/`)));
  const pure = law.forbidden
    .filter(({ name }: { name: string }) => pureRules.includes(name))
    .map(({ from }: { from: { path: string } }) => new RegExp(from.path));
  const impure = read
    .filter((source) => pure.some((path: RegExp) => path.test(source)))
    .flatMap((source) => impureWords(join(base, source)).map((word) => ({ source, word })))
    .map(({ source, word }) => ({
      rule: 'time-and-chance-are-handed-in',
      from: source,
      to: word,
      why: 'The same facts must give the same entries: take time and chance from the fact.',
    }));
  return { modulesRead: read.length, breaches: [...breaches, ...emptyNames, ...impure] };
}

/** What a file uses of the world without importing it, as it stands there; and `randomBytes` and the like, which nobody imports purely. */
function impureWords(path: string): readonly string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportSpecifier(node) && /^random[A-Z]/.test(node.getText())) found.push(node.getText());
    if (ts.isIdentifier(node) && !isName(node)) {
      const { text, parent } = node;
      const asked = ts.isPropertyAccessExpression(parent) ? `${text}.${parent.name.text}` : text;
      const now = text === 'Date' && ts.isNewExpression(parent) && (parent.arguments ?? []).length === 0;
      if (impureGlobals.has(text) || asked === 'Date.now' || asked === 'Math.random' || now) found.push(asked);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The name of a member or of a type's field, not a use of the global so called. */
function isName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  return 'name' in parent && parent.name === node;
}

const usage = `Usage: node scripts/import-law.ts [FOLDER]

Checks who imports whom (.dependency-cruiser.cjs) and what files are called, in this folder or in FOLDER.
Prints each breach. Exit code 1 when there is one or when no module was read, 2 when the command line is wrong.
`;

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(usage);
    return 0;
  }
  const [folder = process.cwd(), ...more] = args;
  const lacking = lawfulFolders.filter((name) => !existsSync(join(folder, name)));
  if (more.length > 0 || lacking.length > 0) {
    const message = more.length > 0 ? 'name one folder; --help says all' : `${folder} has no ${lacking.join(', ')}`;
    process.stderr.write(`${JSON.stringify({ error: 'usage', message })}\n`);
    return 2;
  }
  const { modulesRead, breaches } = await checkLaw(folder);
  for (const { rule, from, to, why } of breaches) console.error(`${rule}: ${from} → ${to}. ${why}`);
  console.error(`${modulesRead} modules read, ${breaches.length} breaches of the import law`);
  return modulesRead > 0 && breaches.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
