import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { protocols } from '../hardware/catalog.ts';
import { lawfulFolders } from '../scripts/import-law.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Folders inside others that are large enough for a page of their own. */
const inner = ['kiosk/fleet', 'kiosk/office'];
const folders = [...lawfulFolders, ...inner, 'tests'];
const documents = [
  'README.md',
  'README.zh-CN.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  ...folders.map((folder) => `${folder}/README.md`),
];

/** True when the file declares the name: a function, constant, class, type or method of its own. */
function declares(path: string, name: string): boolean {
  const declared = `(?:function\\*?|const|let|class|interface|type)\\s+${name}\\b`;
  const method = `^\\s+(?:private |async |static )*${name}(?:<[^>]*>)?\\(`;
  return new RegExp(`${declared}|${method}`, 'm').test(read(path));
}

describe('ARCHITECTURE.md', () => {
  const named = [...read('ARCHITECTURE.md').matchAll(/`([\w./-]+\.tsx?)#(\w+)`/g)].map(
    ([, path, name]) => [path, name] as [string, string],
  );

  test('follows a note through at least ten functions', () => {
    expect(new Set(named.map(String)).size).toBeGreaterThanOrEqual(10);
  });

  test.each(named)('%s holds %s', (path, name) => {
    expect(existsSync(join(root, path)), `${path} exists`).toBe(true);
    expect(declares(path, name), `${path} declares ${name}`).toBe(true);
  });
});

describe('every document', () => {
  test.each(documents)('%s links only to what is there', (document) => {
    const links = [...read(document).matchAll(/\]\(([^)#]+)\)/g)].map(([, link]) => link as string);
    for (const link of links.filter((link) => !/^https?:/.test(link))) {
      expect(existsSync(join(root, dirname(document), link)), `${document} → ${link}`).toBe(true);
    }
  });

  test('every command of package.json stands in both languages, and no other', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const internal = ['start', 'test', 'build', 'prestart', 'pretest', 'preoffice'];
    const commands = Object.keys(scripts).filter((name) => !internal.includes(name));
    for (const document of ['README.md', 'README.zh-CN.md']) {
      const told = new Set([...read(document).matchAll(/npm -s run (\w+)/g)].map(([, name]) => name));
      expect([...told].sort(), document).toEqual(commands.toSorted());
    }
  });

  test('every file that a command runs is there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const command of Object.values(scripts)) {
      const file = /node (\S+)/.exec(command)?.[1];
      if (file !== undefined) expect(existsSync(join(root, file)), command).toBe(true);
    }
  });

  test('both top-level READMEs have the same parts', () => {
    const parts = (document: string) => read(document).match(/^(?:#+ |\d\. |\| `)/gm);
    expect(parts('README.zh-CN.md')).toEqual(parts('README.md'));
  });

  test.each(folders)('the page of %s names no file that is gone', (folder) => {
    const there = readdirSync(join(root, folder), { recursive: true }) as string[];
    const names = new Set(there.flatMap((path) => [path, path.split('/').at(-1) as string]));
    const told = [...read(`${folder}/README.md`).matchAll(/`([\w/-]+(?:\.config)?\.(?:tsx?|mjs|css))`/g)];
    const gone = told
      .map(([, name]) => name as string)
      .filter((name) => !names.has(name) && !existsSync(join(root, name)));
    expect(gone).toEqual([]);
  });
});

describe('what is there is told', () => {
  const code = /\.(?:tsx?|mjs|css)$/;
  const codeIn = (folder: string) => readdirSync(join(root, folder)).filter((name) => code.test(name));
  /** What stands in backticks in a page's tables: files and folders, `*` for any part of a name. */
  const toldIn = (page: string) => {
    const rows = read(page)
      .split('\n')
      .filter((line) => line.startsWith('|'));
    const names = rows.flatMap((row) => [...row.matchAll(/`([\w.*/-]+)`/g)].map(([, name]) => name as string));
    return names.map((name) => new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '[\\w-]+')}$`));
  };
  const untold = (page: string, names: readonly string[]) => {
    const told = toldIn(page);
    return names.filter((name) => !told.some((one) => one.test(name)));
  };

  test.each(lawfulFolders)('every file of %s has a row in its page', (folder) => {
    expect(untold(`${folder}/README.md`, codeIn(folder))).toEqual([]);
  });

  test.each(inner)('every file in %s has a row in its page', (folder) => {
    const there = readdirSync(join(root, folder), { recursive: true }) as string[];
    expect(
      untold(
        `${folder}/README.md`,
        there.filter((name) => code.test(name)),
      ),
    ).toEqual([]);
  });

  test.each(['hardware', 'kiosk'])('every folder of %s has a row in its page', (folder) => {
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    const inside = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${name}/`);
    expect(untold(`${folder}/README.md`, inside)).toEqual([]);
  });

  const protocolFolders = Object.keys(protocols).map((name) => [name, codeIn(`hardware/${name}`)] as const);
  const every = /^(?:index|frame|messages|inquiry|driver|simulator(?:-[\w-]+)?)\.ts$/;

  test.each(protocolFolders)('every file of the protocol %s has a row in the page of hardware', (name, files) => {
    expect(
      untold(
        'hardware/README.md',
        files.filter((file) => every.test(file)),
      ),
    ).toEqual([]);
    const own = files.filter((file) => !every.test(file)).map((file) => `${name}/${file}`);
    expect(untold('hardware/README.md', own)).toEqual([]);
  });
});
