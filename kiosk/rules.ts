/** The part of the configuration that decisions read, fixed at start. */
import { lampsIn, temperatureStops } from '../config/cabinet-io.ts';
import { hasRelay } from '../config/goods.ts';
import type { Config } from '../config/schema.ts';
import { type LampName, lampNames } from '../hardware/cabinet-io.ts';
import { acceptsNotes, type DeviceKind, paysOut } from '../hardware/device.ts';
import { type BusinessDay, businessDays } from './journal/business-day.ts';
import type { ChargeMethod, Lang, MethodName } from './server/wire.ts';

/** When a charge is offered, and what it costs the customer. */
export interface Policy {
  /** For less, and for more, it is not offered; minor units, null: no limit but the general one. */
  readonly leastMinor: number;
  readonly mostMinor: number | null;
  /** Local time `HH:MM`; null: always. */
  readonly hours: { readonly from: string; readonly to: string } | null;
  /** What the customer's own bank or wallet takes besides. The kiosk tells of it and never asks for it. */
  readonly feePercent: number;
}

/** The I/O modules of the cabinet, by their settings. */
export interface CabinetRules {
  readonly modules: readonly string[];
  readonly lamps: readonly { readonly device: string; readonly lamp: LampName }[];
  /** At and beyond them nobody begins, tenths of a degree Celsius; null: however cold or hot it is. */
  readonly coldestTenths: number | null;
  readonly hottestTenths: number | null;
}

export interface Rules {
  readonly kiosk: string;
  readonly currency: string;
  readonly exponent: number;
  readonly cashStepMinor: number;
  readonly cashMaximumMinor: number;
  readonly noteDecisionMs: number;
  readonly idleMs: number;
  readonly idleWithMoneyMs: number;
  readonly warningMs: number;
  /** How long a paid-out note waits between the lips for its owner. */
  readonly takeChangeMs: number;
  readonly timeZone: string;
  readonly businessDayStart: string;
  /** A Z report that is made by itself comes on paper. */
  readonly printsZ: boolean;
  /** The business day of a moment in Unix milliseconds. */
  readonly dayAt: (wallMs: number) => BusinessDay;
  /** When the window is staffed, local time `HH:MM`; null: never. */
  readonly staffed: { readonly from: string; readonly to: string } | null;
  readonly methods: readonly MethodName[];
  /** Who is asked for each kind of charge. */
  readonly chargers: Readonly<Partial<Record<ChargeMethod, string>>>;
  /** The most that a card or a wallet is asked for at once, minor units. */
  readonly chargeMaximumMinor: number;
  /** What else is laid down for a kind of charge. */
  readonly policies: Readonly<Partial<Record<ChargeMethod, Policy>>>;
  readonly language: Lang;
  readonly acceptors: readonly string[];
  readonly coinAcceptors: readonly string[];
  readonly scanners: readonly string[];
  /** Machines that pay out. */
  readonly dispensers: readonly string[];
  /** So many pieces of each kind are kept back when change is promised. */
  readonly changeReservePieces: number;
  /** So much of vouchers of other kiosks is taken while the office cannot be asked, minor units. */
  readonly unaskedVouchersMinor: number;
  /** Within how many days a sale is given back here, and above what sum a person has to agree; null: none is. */
  readonly refunds: { readonly days: number; readonly attendantAboveMinor: number } | null;
  /** The catalogue, and how its goods are handed over; null: none are sold. */
  readonly goods: Config['goods'] | null;
  /** The relay that lets goods out, and for how long, milliseconds; null: people hand them over. */
  readonly releaser: { readonly device: string; readonly relay: string; readonly ms: number } | null;
  readonly cabinet: CabinetRules;
  /** Where two persons stand by a move. */
  readonly twoPersons: {
    readonly corrections: boolean;
    readonly emptying: boolean;
    readonly closing?: boolean | undefined;
  };
  /** Above these sums they do in any case, minor units. */
  readonly authority: {
    readonly differenceMinor: number;
    readonly settleMinor: number;
    readonly judgeRefundMinor: number;
  };
  /** Where documents are printed; null when there is no printer. */
  readonly printer: string | null;
  /** Whether a device with this fault takes no money, or prints nothing, as long as it stands. */
  readonly stops: (fault: string) => boolean;
}

/** After an order to stack, this long without any outcome makes the note doubtful: a case, milliseconds. */
export const stackOutcomeMs = 15_000;
/** A note that was not ordered and is still in the mouth: longer than any acceptor reads and holds one, milliseconds. */
export const mouthOutcomeMs = 25_000;
/** A machine that pays out and is not seen to go on for this long leaves it in doubt: a case, milliseconds. */
export const payoutOutcomeMs = 60_000;
/** Longer than any terminal or gateway takes to say something about a charge: silence is doubt, milliseconds. */
export const chargeOutcomeMs = 210_000;
/** A charge that is to be taken back and is not for this long is a case; it is asked for all the same. Milliseconds. */
export const reversalUnansweredMs = 600_000;
/** A refund that its terminal could not take is ordered again after this pause, milliseconds. */
export const refundAgainMs = 60_000;
/** So long a customer waits for a person to agree to a refund, milliseconds. */
export const refundApprovalMs = 300_000;
/** A card terminal that is to close its day and says nothing for this long is a case; its answer still counts. Milliseconds. */
export const dayOutcomeMs = 300_000;
/** A print job without an answer for this long is unknown, milliseconds. */
export const printOutcomeMs = 60_000;
/** A payment that the biller has not answered for this long is a case; it is repeated all the same. Milliseconds. */
export const postUnansweredMs = 2 * 3_600_000;
/** The same of goods, while the customer waits for the number under which they are handed over. Milliseconds. */
export const orderUnansweredMs = 30_000;

/** A relay is on for ten seconds at most; what its module has not told so long after that is a case. Milliseconds. */
export const releaseOutcomeMs = 60_000;
/** How far the clock may have gone back over a restart and a visit still be the same person's, milliseconds. */
export const clockBackMs = 60_000;
/** How long the screens after the payment stand, milliseconds; the first says what there is to take, and from where. */
export const settledMs = 20_000;
export const thanksMs = 12_000;
/** No sensor tells when a person has taken a paper or a note: both get this long, milliseconds. */
export const takeMs = 20_000;
/** Idle time after everything is paid and printed, milliseconds; it ends in thanks, without a warning. */
export const idleAfterPaidMs = 40_000;

/** What one person may do alone where the configuration does not say, minor units. */
const usualAuthority: Rules['authority'] = { differenceMinor: 5_000, settleMinor: 50_000, judgeRefundMinor: 50_000 };

/** What the hardware's catalog knows, handed in by the composition root. */
export interface HardwareKnowledge {
  readonly kindOf: (device: Config['devices'][number]) => DeviceKind;
  readonly stops: (fault: string) => boolean;
}

export function rulesOf(config: Config, { kindOf, stops }: HardwareKnowledge): Rules {
  const ids = (is: (kind: DeviceKind) => boolean) =>
    config.devices.filter((device) => is(kindOf(device))).map((device) => device.id);
  return {
    kiosk: config.kiosk,
    currency: config.money.currency,
    exponent: config.money.exponent,
    cashStepMinor: config.money.cashStepMinor,
    ...config.limits,
    unaskedVouchersMinor: config.vouchers?.offlineMaximumMinor ?? 0,
    refunds: config.refunds ?? null,
    goods: config.goods ?? null,
    releaser: releaserOf(
      config,
      ids((kind) => kind === 'cabinet-io'),
    ),
    cabinet: cabinetOf(
      config,
      ids((kind) => kind === 'cabinet-io'),
    ),
    twoPersons: config.staff.twoPersons,
    authority: config.staff.limits ?? usualAuthority,
    timeZone: config.timeZone,
    businessDayStart: config.businessDayStart,
    printsZ: config.day?.printZ ?? false,
    dayAt: businessDays(config.timeZone, config.businessDayStart),
    staffed: config.merchant.window?.staffed ?? null,
    methods: config.methods,
    policies: Object.fromEntries((config.policies ?? []).map(({ method, ...policy }) => [method, policy])),
    language: config.languages[0] ?? 'zh-CN',
    acceptors: ids(acceptsNotes),
    coinAcceptors: ids((kind) => kind === 'coin-acceptor'),
    scanners: ids((kind) => kind === 'scanner'),
    dispensers: ids(paysOut),
    chargers: chargersOf(config, ids((kind) => kind === 'card-terminal')[0]),
    printer: ids((kind) => kind === 'printer')[0] ?? null,
    stops,
  };
}

function releaserOf({ goods, devices }: Config, modules: readonly string[]): Rules['releaser'] {
  if (goods?.handOver !== 'relay' || goods.relay === undefined) return null;
  const { name, ms } = goods.relay;
  const module = devices.find(({ id, settings }) => modules.includes(id) && hasRelay(settings, name));
  return module === undefined ? null : { device: module.id, relay: name, ms };
}

function cabinetOf({ devices }: Config, modules: readonly string[]): CabinetRules {
  const own = devices.filter(({ id }) => modules.includes(id));
  const stops = own.map(({ settings }) => temperatureStops(settings));
  const coldest = stops.flatMap(({ low }) => (low === null ? [] : [low * 10]));
  const hottest = stops.flatMap(({ high }) => (high === null ? [] : [high * 10]));
  return {
    modules,
    lamps: own.flatMap(({ id: device, settings }) => {
      const named = lampsIn(settings);
      return lampNames.filter((lamp) => named.includes(lamp)).map((lamp) => ({ device, lamp }));
    }),
    coldestTenths: coldest.length === 0 ? null : Math.max(...coldest),
    hottestTenths: hottest.length === 0 ? null : Math.min(...hottest),
  };
}

/** Only ways that are configured and have somebody to ask. */
const chargeMethods: readonly ChargeMethod[] = ['card', 'alipay', 'wechat'];

/** The kind of charge that this device is asked for; null: none. */
export function chargeMethodOf({ chargers }: Pick<Rules, 'chargers'>, device: string): ChargeMethod | null {
  return chargeMethods.find((method) => chargers[method] === device) ?? null;
}

function chargersOf({ wallets }: Config, terminal: string | undefined): Rules['chargers'] {
  const asked = wallets.map(({ id, kind }) => [kind, id] as const);
  return { ...Object.fromEntries(asked), ...(terminal === undefined ? {} : { card: terminal }) };
}
