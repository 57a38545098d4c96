/** What staff see of the configuration and change in it: a found device used, one that moved, one taken out, the one before. */
import { differences } from '../../config/difference.ts';
import { type Both, both } from '../../config/fields.ts';
import { type Checked, type Config, sentenceOf } from '../../config/schema.ts';
import type { DeviceConfig, DeviceKind } from '../../hardware/device.ts';
import type { ConfigChange } from '../configuration/change.ts';
import { leavingRefused, takeOutRefused, withDevice, withDeviceAt, withoutDevice } from '../configuration/devices.ts';
import { leavingOf } from '../configuration/leaving.ts';
import { heldUpBy, startIsDue } from '../configuration/restart.ts';
import { deviceState } from '../device-state.ts';
import type { Kiosk } from '../kiosk.ts';
import type { KeptConfiguration, Wish } from '../kept-configuration.ts';
import type { Search } from '../search.ts';
import { plainAmount } from '../text/amount.ts';
import type { StaffAct, StaffConfiguration, StaffProblem } from './staff-wire.ts';

export interface ConfigurationParts {
  readonly kept: KeptConfiguration;
  readonly check: (config: unknown) => Checked;
  readonly search: Search;
  readonly kindOf: (device: DeviceConfig) => DeviceKind;
  readonly onFailure: (error: unknown) => void;
}

export type ConfigurationAct = Extract<StaffAct, { do: 'use-device' | 'take-out' | 'undo-configuration' }>;

interface Plan {
  readonly next: Config;
  /** Devices that have to answer before it has proven itself. */
  readonly waitsFor: readonly string[];
  readonly what: Wish['what'];
  readonly device: string | null;
}

export function configurationTable(kiosk: Kiosk, { kept, kindOf }: ConfigurationParts): StaffConfiguration {
  const last = kept.changes.at(-1);
  return {
    running: kiosk.configuration.running,
    state: startIsDue(kiosk) ? 'waits' : kept.trial === null ? 'runs' : 'tried',
    waitsFor: kept.trial?.waitsFor ?? [],
    last: last === undefined ? null : { what: last.what, device: last.device, by: last.by, why: last.why },
    undo: kept.before !== null,
    staged: stagedIn(kiosk, kept),
    stale: kiosk.configuration.stale,
    devices: kept.running.devices.map((device) => ({
      device: device.id,
      kind: kindOf(device),
      port: device.port,
      lost: deviceState(kiosk, device.id).lost !== null,
      refused: takeOutRefused(kiosk, device.id),
    })),
  };
}

function stagedIn(kiosk: Kiosk, { running, staged }: KeptConfiguration): StaffConfiguration['staged'] {
  if (staged === null) return null;
  const { config, said } = staged;
  const changes = differences(running, config, plainAmount).map(({ text }) => text);
  return { edition: said.edition, changes, heldUpBy: heldUpBy(kiosk, said) };
}

/** Why it cannot be done as things stand; null when it can, as long as the new configuration is sound. */
export function configurationRefused(
  kiosk: Kiosk,
  parts: ConfigurationParts,
  act: ConfigurationAct,
): StaffProblem | null {
  if (startIsDue(kiosk) || parts.kept.trial !== null) return 'config-changing';
  const plan = planned(parts, act);
  if (plan === null) return act.do === 'take-out' ? 'unknown-device' : 'nothing';
  if (act.do === 'take-out') return takeOutRefused(kiosk, act.device);
  // The one before may have less than this one.
  const leaving = leavingOf(parts.kept.running, plan.next);
  return leaving.map((name) => leavingRefused(kiosk, name)).find((one) => one !== null) ?? null;
}

type Kept =
  | { readonly ok: true; readonly change: ConfigChange }
  | { readonly ok: false; readonly problem: StaffProblem; readonly what: string | Both };

/** Checked, and only then kept for the next start. */
export function keepConfiguration(
  kiosk: Kiosk,
  parts: ConfigurationParts,
  act: ConfigurationAct,
  persons: Pick<Wish, 'by' | 'second'>,
): Kept {
  const plan = planned(parts, act);
  if (plan === null) return { ok: false, problem: 'nothing', what: '' };
  const { what, device, waitsFor } = plan;
  const checked = parts.check(plan.next);
  if (!checked.ok) {
    const problems = checked.problems.map(sentenceOf);
    const what = both(problems.map(({ en }) => en).join('; '), problems.map((said) => said['zh-CN']).join('；'));
    return { ok: false, problem: 'config-unsound', what };
  }
  try {
    const wish = { what, device, ...persons };
    return { ok: true, change: parts.kept.change(checked.config, waitsFor, wish, kiosk.configuration.changes) };
  } catch (error) {
    parts.onFailure(error);
    return { ok: false, problem: 'not-kept', what: String(error) };
  }
}

function planned({ kept, search }: ConfigurationParts, act: ConfigurationAct): Plan | null {
  const { running, before } = kept;
  switch (act.do) {
    case 'use-device': {
      const found = search.usable(act.port, act.address);
      if (found === null) return null;
      const { config, use } = found;
      const next = use === 'use' ? withDevice(running, config) : withDeviceAt(running, config);
      return { next, waitsFor: [config.id], what: use, device: config.id };
    }
    case 'take-out': {
      const { device } = act;
      if (!running.devices.some(({ id }) => id === device)) return null;
      return { next: withoutDevice(running, device), waitsFor: [], what: 'take-out', device };
    }
    case 'undo-configuration':
      return before === null ? null : { next: before, waitsFor: [], what: 'undo', device: null };
    default:
      return act satisfies never;
  }
}
