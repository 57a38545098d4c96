/**
 * `npm run discover`: asks serial ports and USB printers who is there. One JSON line a port on standard output, failures as
 * `{"error","message"}` on standard error: exit 1, or 2 for a wrong call.
 */
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Config, loadConfig, sentenceOf } from '../config/schema.ts';
import { protocols } from '../hardware/catalog.ts';
import { knownToKiosk } from '../kiosk/known.ts';
import { systemClock } from '../hardware/clock.ts';
import { discoverPort, LONGEST_PORT_MS, type PortFinding } from '../hardware/discovery.ts';
import type { Remark } from '../hardware/inquiry.ts';
import { portByName } from '../hardware/open.ts';
import { listSerialLines, listUsbPrinters, stablePath } from '../hardware/ports/list.ts';
import { type KnownDevice, type Proposal, propose, type ProposedPort } from '../hardware/proposal.ts';
import { identitiesPath, openIdentities } from '../kiosk/identities.ts';
import { Failure, print, runCommand } from './json-lines.ts';

const help = `Usage: npm -s run discover -- [--port PATH|host:port …] [--config FILE [--data DIR]]

Asks ports, one after the other, which protocol answers, and who. Nothing is moved, taken, reset or set by that; a port takes
${LONGEST_PORT_MS / 1000} s at most. Protocols: ${Object.keys(protocols).join(', ')}.

  --port PATH    asks this port only; may be given again. Without it every serial line
                 and USB printer of this machine is asked
  --config FILE  devices of this configuration are known again where they have moved, and keep their names
  --data DIR     the kiosk's folder, where it noted who they are (default ./data)

A line for each port, when all were asked:
  port, protocol (null: nobody that is known here), maker, model, serial, firmware, denominations, kind, address,
  config    what to put under "devices" of the configuration; look at "remarks" first
  remarks   what a person has to check or to add
  knownAs   the configured device that this is; movedFrom: where it is configured; knownBy: port, serial, or likeness,
            which is a guess: it has no serial number and is the only one of its make
  devices   where several are on one wire: each with these fields; those of the line are the first one's
  problem   why nobody is named, in words; code: the same in one

A port that the kiosk has open is held: stop the kiosk, or ask on its staff page.
Exit code 0; 1 when a port named by --port could not be asked; 2 for a wrong call.
`;

function remarkInWords({ code, what }: Remark): string {
  switch (code) {
    case 'currency-assumed':
      return `"${what}" is taken for the currency of this kiosk; check it under settings.countries`;
    case 'currency-unknown':
      return `the currency of "${what}" is not known here; add it to settings.countries`;
    case 'busy':
      return `it did not tell its ${what} just now; ask again when it is at rest, or after it was switched on`;
    case 'kind-unknown':
      return `"${what}" is a kind of device that this program does not drive`;
    case 'incomplete':
      return `settings.${what} is for a person to fill in: the device does not know it`;
    default:
      return code satisfies never;
  }
}

function fieldsOf({ maker, model, serial, firmware, denominations, kind, address, config, known, remarks }: Proposal) {
  return {
    maker,
    model,
    serial,
    firmware,
    denominations,
    config: config ?? {},
    kind,
    address,
    ...(known === null ? {} : { knownAs: known.id, knownBy: known.by }),
    ...(known === null || known.from === null ? {} : { movedFrom: known.from }),
    ...(remarks.length === 0 ? {} : { remarks: remarks.map(remarkInWords) }),
  };
}

const nobody = {
  maker: null,
  model: null,
  serial: null,
  firmware: null,
  denominations: [],
  config: {},
  kind: null,
  address: null,
};

function lineOf({ port, protocol, devices, problem }: ProposedPort): object {
  const [first] = devices;
  return {
    port,
    protocol,
    ...(first === undefined ? nobody : fieldsOf(first)),
    ...(devices.length > 1 ? { devices: devices.map(fieldsOf) } : {}),
    ...(problem === null ? {} : { problem: problem.message, code: problem.code }),
  };
}

async function configured(
  file: string | undefined,
  data: string,
): Promise<{ config: Config | null; known: KnownDevice[] }> {
  if (file === undefined) return { config: null, known: [] };
  const checked = await loadConfig(file, knownToKiosk);
  if (!checked.ok) {
    const problems = checked.problems.map((problem) => sentenceOf(problem).en);
    throw new Failure('config', `${file}: ${problems.join('; ')}`);
  }
  const identities = openIdentities(identitiesPath(data));
  const known = checked.config.devices.map((device) => ({
    config: { ...device, port: device.port.replace(/^DATA\//, `${data}/`) },
    identity: identities.of(device.id),
    answers: false,
  }));
  return { config: checked.config, known };
}

/** Named once each, whatever their names: a port that is asked twice at once would be held by ourselves. */
function distinctPorts(ports: readonly string[]): readonly string[] {
  const seen = new Map<string, string>();
  for (const port of ports) if (!seen.has(real(port))) seen.set(real(port), port);
  return [...seen.values()];
}

function real(port: string): string {
  try {
    return realpathSync(port);
  } catch {
    return port;
  }
}

/** Whether it was asked at all. */
function wasAsked({ problem }: PortFinding): boolean {
  return problem === null || ['silent', 'echo', 'noise', 'unreadable', 'other-speed'].includes(problem.code);
}

async function main(): Promise<void> {
  const values = readArguments();
  if (values.help === true) {
    process.stdout.write(help);
    return;
  }
  const named = values.port ?? [];
  if (named.some((port) => port.trim() === '')) throw new Failure('usage', '--port needs a path or host:port', 2);
  if (values.data !== undefined && values.config === undefined)
    throw new Failure('usage', '--data says who the devices of a configuration are; name that with --config FILE', 2);
  const { config, known } = await configured(values.config, resolve(values.data ?? './data'));
  const everywhere = async () => [
    ...(await listSerialLines()).map(({ path }) => path),
    ...(await listUsbPrinters()),
    ...known.map((device) => device.config.port),
  ];
  const ports = distinctPorts(named.length > 0 ? named : await everywhere());
  if (ports.length === 0)
    throw new Failure(
      'no-ports',
      'this machine has no serial line and no USB printer; plug one in, or name a port with --port',
    );
  const currency = config?.money.currency ?? null;
  const findings: PortFinding[] = [];
  for (const port of ports) {
    if (process.stderr.isTTY) process.stderr.write(`asking ${port}\n`);
    findings.push(await discoverPort(port, { clock: systemClock, openPort: portByName, currency }));
  }
  const stable = new Map(await Promise.all(ports.map(async (port) => [port, await stablePath(port)] as const)));
  const proposals = propose(findings, { known, real, stable: (port) => stable.get(port) ?? port });
  for (const proposal of proposals) print(lineOf(proposal));
  const unasked = named.length === 0 ? [] : findings.filter((finding) => !wasAsked(finding));
  if (unasked.length > 0)
    throw new Failure(unasked[0]?.problem?.code ?? 'port', unasked.map(({ problem }) => problem?.message).join(' '));
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', multiple: true },
        config: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new Failure('usage', `${(error as Error).message.split('. ')[0] as string}; --help says all`, 2);
  }
}

runCommand(main);
