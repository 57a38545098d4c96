/** Who besides the oracle may notice that a statement is gone: the compiler and the unit tests, which `npm test` runs. */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { pathOf } from './mutants.ts';
import type { Edit } from './runner.ts';

const root = pathOf('.');
const unitTestsLimitMs = 600_000;
const copied = ['config', 'hardware', 'kiosk', 'scripts', 'tests', 'ui'];
const beside = ['package.json', 'tsconfig.json', 'vite.config.ts', 'vitest.config.ts', 'ARCHITECTURE.md'];
/** It compares texts with the source, and would notice an edit for that alone. */
const comparesText = 'tests/simulation/simulate.test.ts';

/** The project's own compiler, with its own settings, on one edited file at a time. */
export class Compiler {
  private readonly service: ts.LanguageService;
  private edit: Edit | null = null;
  private version = 0;

  constructor() {
    const settings = ts.getParsedCommandLineOfConfigFile(
      join(root, 'tsconfig.json'),
      {},
      {
        ...ts.sys,
        onUnRecoverableConfigFileDiagnostic: (problem) => {
          throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, '\n'));
        },
      },
    );
    if (settings === undefined) throw new Error('tsconfig.json cannot be read');
    const textOf = (path: string) => (path === this.edit?.path ? this.edit.text : ts.sys.readFile(path));
    this.service = ts.createLanguageService({
      getCompilationSettings: () => settings.options,
      getScriptFileNames: () => settings.fileNames,
      getScriptVersion: (path) => (path === this.edit?.path ? String(this.version) : '0'),
      getScriptSnapshot: (path) => {
        const text = textOf(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => root,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: ts.sys.fileExists,
      readFile: textOf,
    });
  }

  accepts(edit: Edit): boolean {
    this.edit = edit;
    this.version += 1;
    const { service } = this;
    return service.getSyntacticDiagnostics(edit.path).length + service.getSemanticDiagnostics(edit.path).length === 0;
  }
}

/** The unit tests that reach the edited file, in a copy of the project. True when all pass. */
export async function unitTestsPass(edit: Edit): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-statement-'));
  try {
    for (const name of copied) cpSync(join(root, name), join(folder, name), { recursive: true });
    for (const name of beside) writeFileSync(join(folder, name), readFileSync(join(root, name)));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const file = relative(root, edit.path);
    writeFileSync(join(folder, file), edit.text);
    const vitest = [join('node_modules', 'vitest', 'vitest.mjs'), 'related', file, '--run', '--bail', '1'];
    const only = ['--project', 'node', '--maxWorkers', '1', '--exclude', comparesText];
    const child = spawn(process.execPath, [...vitest, ...only], { cwd: folder, stdio: 'ignore' });
    const limit = setTimeout(() => child.kill('SIGTERM'), unitTestsLimitMs);
    const code = await new Promise((resolve) => child.once('exit', resolve));
    clearTimeout(limit);
    return code === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
