/** What a kiosk is told to do and when, as it is chosen; the same for one and for many. */
import type { CommandAct, CommandPriority, KioskPage } from '../../../kiosk/office/server/wire.ts';
import { type Place, usePlace } from '../desk.ts';
import { Chosen, Typed } from '../parts.tsx';

const actNames = [
  'lock',
  'unlock',
  'message',
  'method',
  'send-log',
  'send-trace',
  'screenshot',
  'close-day',
  'restart',
  'reboot',
] as const satisfies readonly CommandAct['act'][];
type ActName = (typeof actNames)[number];
const priorities = ['idle', 'after-customer', 'now'] as const satisfies readonly CommandPriority[];
/** Where it is not known which of them a kiosk has. */
export const allMethods: readonly string[] = ['cash', 'voucher', 'card', 'alipay', 'wechat'];
const deadlines = [10, 60, 480, 1_440];
/** Signs that fit on the welcome screen. */
const messageMaximum = 60;
/** Of a device's name. */
const deviceMaximum = 64;
/** The kiosk does not begin these while somebody is served, however much they hurry. */
const atRest: ReadonlySet<string> = new Set<ActName>(['restart', 'reboot', 'close-day']);
const disruptive: ReadonlySet<string> = new Set<ActName>(['lock', 'restart', 'reboot', 'close-day']);

export interface Draft {
  readonly act: ActName;
  readonly device: string;
  readonly method: string;
  readonly enabled: boolean;
  readonly shown: boolean;
  readonly zh: string;
  readonly en: string;
  readonly priority: CommandPriority;
  readonly minutes: number;
}

/** The ways to pay of the configuration that it runs. */
export function methodsOf({ document }: Pick<KioskPage, 'document'>): readonly string[] {
  const { methods } = (document ?? {}) as { readonly methods?: unknown };
  return Array.isArray(methods) && methods.length > 0 ? methods.map(String) : allMethods;
}

/** The order as it is sent; null: something is still to be typed. */
export function orderOf(draft: Draft): CommandAct | null {
  switch (draft.act) {
    case 'send-trace': {
      const device = draft.device.trim();
      return device === '' ? null : { act: 'send-trace', device };
    }
    case 'message': {
      const text = { 'zh-CN': draft.zh.trim(), en: draft.en.trim() };
      if (!draft.shown) return { act: 'message', text: null };
      return text['zh-CN'] === '' || text.en === '' ? null : { act: 'message', text };
    }
    case 'method':
      return { act: 'method', method: draft.method, enabled: draft.enabled };
    default:
      return { act: draft.act };
  }
}

export function firstDraft(devices: readonly string[], methods: readonly string[]): Draft {
  return {
    ...{ act: 'lock', device: devices[0] ?? '', method: methods[0] ?? '', enabled: false },
    ...{ shown: true, zh: '', en: '', priority: 'idle', minutes: 60 },
  };
}

/** When it is done, as the middle of a sentence. */
export function whenSaid({ words }: Place, { act, priority }: Draft): string {
  const own = words.commands;
  return priority === 'now' && atRest.has(act) ? own.nowAtRest : own.whens[priority];
}

/** Customers are turned away by it, or cannot pay as they wished. */
export function isDisruptive({ act, enabled }: Draft): boolean {
  return disruptive.has(act) || (act === 'method' && !enabled);
}

export function OrderFields({ draft, change, ...known }: DetailsProps) {
  const own = usePlace().words.commands;
  return (
    <div class="fields-row">
      <Chosen
        label={own.act}
        value={draft.act}
        of={actNames.map((act) => [act, own.acts[act]])}
        onChange={(act) => change({ act: act as ActName })}
      />
      <Details draft={draft} change={change} {...known} />
      <Chosen
        label={own.priority}
        value={draft.priority}
        of={priorities.map((one) => [one, own.priorities[one]])}
        onChange={(one) => change({ priority: one as CommandPriority })}
      />
      <Chosen
        label={own.deadline}
        value={String(draft.minutes)}
        of={deadlines.map((one) => [String(one), own.deadlines(one)])}
        onChange={(one) => change({ minutes: Number(one) })}
      />
    </div>
  );
}

interface DetailsProps {
  readonly draft: Draft;
  /** Null: of many kiosks; its name is typed. */
  readonly devices: readonly string[] | null;
  readonly methods: readonly string[];
  readonly change: (part: Partial<Draft>) => void;
}

/** What belongs to the act. */
function Details({ draft, devices, methods, change }: DetailsProps) {
  const { words } = usePlace();
  const own = words.commands;
  switch (draft.act) {
    case 'send-trace':
      if (devices === null)
        return (
          <Typed
            label={own.device}
            value={draft.device}
            most={deviceMaximum}
            onChange={(device) => change({ device })}
          />
        );
      return devices.length === 0 ? (
        <p class="quiet">{own.noDevices}</p>
      ) : (
        <Chosen
          label={own.device}
          value={draft.device}
          of={devices.map((id) => [id, id])}
          onChange={(device) => change({ device })}
        />
      );
    case 'method':
      return (
        <>
          <Chosen
            label={own.method}
            value={draft.method}
            of={methods.map((method) => [method, own.methods[method] ?? method])}
            onChange={(method) => change({ method })}
          />
          <Chosen
            label={own.acts.method}
            value={draft.enabled ? 'on' : 'off'}
            of={[
              ['off', own.turnOff],
              ['on', own.turnOn],
            ]}
            onChange={(value) => change({ enabled: value === 'on' })}
          />
        </>
      );
    case 'message':
      return (
        <>
          <Chosen
            label={own.acts.message}
            value={draft.shown ? 'show' : 'none'}
            of={[
              ['show', own.messageShow],
              ['none', own.messageNone],
            ]}
            onChange={(value) => change({ shown: value === 'show' })}
          />
          {draft.shown && (
            <>
              <Typed label={own.messageZh} value={draft.zh} most={messageMaximum} onChange={(zh) => change({ zh })} />
              <Typed label={own.messageEn} value={draft.en} most={messageMaximum} onChange={(en) => change({ en })} />
            </>
          )}
        </>
      );
    default:
      return null;
  }
}
