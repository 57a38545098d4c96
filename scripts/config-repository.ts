/** The part of `npm run config` that keeps a repository of signed configurations: init, publish, rollback, rotate, refresh, trust. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkConfig } from '../config/schema.ts';
import { jsonMaximumBytes, parseJsonStrict } from '../config/strict-json.ts';
import { knownToKiosk } from '../kiosk/known.ts';
import { pair } from '../kiosk/fleet/pairing.ts';
import { type Plan, planned, rolledBack, type Whom } from '../kiosk/office/repository/publishing.ts';
import { initRepository, openRepository, type Repository } from '../kiosk/office/repository/repository.ts';
import { type RoleName, roles } from '../kiosk/office/repository/signing-keys.ts';
import { Failure, print } from './json-lines.ts';

export const repositoryUsage = `       npm -s run config -- init DIR
       npm -s run config -- publish --repo DIR (--kiosk ID | --group NAME | --all) FILE
       npm -s run config -- rollback --repo DIR (--kiosk ID | --group NAME | --all)
       npm -s run config -- rotate --repo DIR --role root|targets|snapshot|timestamp [--number N]
       npm -s run config -- refresh --repo DIR
       npm -s run config -- trust --repo DIR --url URL [--data DIR]
`;

export const repositoryHelp = `init       makes a repository: keys of root and targets in DIR/keys-offline (three each, two sign: keep them apart, on
           media that are put in to publish), those of snapshot and timestamp in DIR/keys-online. Any web server carries
           DIR/public.
publish    signs FILE, a whole configuration for the one kiosk that it names, or a part of one that is laid over what is
           published for each. Every resulting configuration is checked first; all of them are published, or none.
rollback   publishes what each of them had before, under a new number.
rotate     replaces one key of a role, the oldest when --number does not say which; the old one is believed no more.
refresh    says anew that what is published is the newest; needed at least every 7 days, by a timer.
trust      lets the kiosk of a data folder follow a repository that is carried at URL, from its next start on.
`;

const repositoryCommands = ['init', 'publish', 'rollback', 'rotate', 'refresh', 'trust'] as const;
type RepositoryCommand = (typeof repositoryCommands)[number];

export function isRepositoryCommand(command: string): command is RepositoryCommand {
  return repositoryCommands.some((one) => one === command);
}

const wallMs = () => Date.now();
const check = (json: unknown) => checkConfig(json, knownToKiosk);

/** The exit code. @throws RepositoryProblem, or Error for a file that cannot be read */
export async function repositoryCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const [command, file] = positionals;
  if (command === 'init') {
    if (file === undefined) throw usage('name the folder: init DIR');
    const { publicFolder } = initRepository(resolve(file), wallMs);
    print({ ok: true, public: publicFolder });
    return 0;
  }
  const repository = openRepository(resolve(needed(values.repo, '--repo DIR')), wallMs);
  switch (command) {
    case 'publish':
      return publish(repository, planned(repository, whomOf(values), await readJson(needed(file, 'FILE')), check));
    case 'rollback':
      return publish(repository, rolledBack(repository, whomOf(values), check));
    case 'rotate':
      print({ ok: true, ...repository.rotate(roleOf(values.role), numberOf(values.number)) });
      return 0;
    case 'refresh':
      repository.refresh();
      print({ ok: true });
      return 0;
    default: {
      const url = webAddress(needed(values.url, '--url URL')).replace(/\/+$/, '');
      pair(resolve(values.data), { repository: url }, repository.root);
      print({ ok: true, url });
      return 0;
    }
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        repo: { type: 'string' },
        kiosk: { type: 'string' },
        group: { type: 'string' },
        all: { type: 'boolean', default: false },
        role: { type: 'string' },
        number: { type: 'string' },
        url: { type: 'string' },
        data: { type: 'string', default: './data' },
      },
    });
  } catch (error) {
    throw usage((error as Error).message);
  }
}

function webAddress(text: string): string {
  if (['https:', 'http:'].includes(URL.parse(text)?.protocol ?? '')) return text;
  throw usage(`--url takes an address such as https://config.example/public, not ${JSON.stringify(text)}`);
}

function publish(repository: Repository, plan: Plan): number {
  if (!plan.ok) {
    for (const { problem, ...at } of plan.problems) print({ ...at, problem: problem.en });
    return 1;
  }
  for (const published of repository.publish(plan.documents)) print(published);
  return 0;
}

function whomOf({
  kiosk,
  group,
  all,
}: {
  readonly kiosk?: string;
  readonly group?: string;
  readonly all: boolean;
}): Whom {
  const said: Whom[] = [
    ...(kiosk === undefined ? [] : [{ whom: 'kiosk', kiosk } as const]),
    ...(group === undefined ? [] : [{ whom: 'group', group } as const]),
    ...(all ? [{ whom: 'all' } as const] : []),
  ];
  const [whom] = said;
  if (whom === undefined || said.length > 1) throw usage('say for whom: --kiosk ID, --group NAME or --all');
  return whom;
}

function roleOf(role: string | undefined): RoleName {
  const found = roles.find((one) => one === role);
  if (found === undefined) throw usage(`--role must be one of ${roles.join(', ')}`);
  return found;
}

function numberOf(number: string | undefined): number | null {
  if (number === undefined) return null;
  if (!/^[1-9][0-9]{0,5}$/.test(number)) throw usage(`--number ${number} is no number of a key`);
  return Number(number);
}

async function readJson(path: string): Promise<unknown> {
  const bytes = await readFile(path);
  if (bytes.length > jsonMaximumBytes) throw new Error(`${path} has more than ${jsonMaximumBytes} bytes`);
  const read = parseJsonStrict(bytes.toString('utf8'));
  if (!read.ok) throw new Error(`${path}: ${read.problem.en}`);
  return read.json;
}

function needed(value: string | undefined, what: string): string {
  if (value === undefined) throw usage(`${what} is missing`);
  return value;
}

function usage(message: string): Failure {
  return new Failure('usage', message, 2);
}
