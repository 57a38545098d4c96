/**
 * Checks who imports whom (`.dependency-cruiser.cjs`) and what files are called: `node scripts/import-law.ts [FOLDER]`.
 * Prints each breach; exit 1 when there is one, or when no module was read, which would prove nothing.
 */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';

export const lawfulFolders = ['config', 'hardware', 'kiosk', 'ui', 'scripts'];

/** Names for "I did not know where". */
const emptyName = /(?:^|\/)(?:utils?|helpers?|common|misc|types)(?:\/|\.[a-z]+$)/;

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
  return { modulesRead: read.length, breaches: [...breaches, ...emptyNames] };
}

async function main(): Promise<number> {
  const { modulesRead, breaches } = await checkLaw(process.argv[2] ?? process.cwd());
  for (const { rule, from, to, why } of breaches) console.error(`${rule}: ${from} → ${to}. ${why}`);
  console.error(`${modulesRead} modules read, ${breaches.length} breaches of the import law`);
  return modulesRead > 0 && breaches.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main();
