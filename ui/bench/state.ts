import { computed, signal } from '@preact/signals';
import {
  act,
  type ActionBody,
  type BenchEvent,
  type Bill,
  type Device,
  listAll,
  listen,
  readBills,
  readDevice,
  readPaper,
  readService,
  readTable,
  readWhole,
  type Service,
  type TableItem,
  throwAway,
  type Whole,
} from './api.ts';
import { sayReason } from './machine-words.ts';
import { type Language, languages, wordsIn } from './words.ts';

/** Of each kind: what happens, and what hosts ask, which comes many times a second and is hidden until somebody looks. */
const eventsMaximum = 300;
const toastMs = 4_000;
/** Events come in flocks; one look after the flock is enough. */
const lookAfterMs = 60;

/** Payments and the kiosk's own coming and going are told by no event. */
const lookRoundMs = 3_000;
/** The same of what a wallet's phone is to scan, before its payer has lost patience. */
const lookAtWalletsMs = 1_000;
/** One of each kind of payee. */
export const billsShown = 4;
/** What a hand takes so that it lies on the table. */
const laysOnTable: readonly string[] = ['take', 'remove cashbox'];
const languageKey = 'bench-language';

function rememberedLanguage(): Language {
  const kept = localStorage.getItem(languageKey);
  return languages.find((language) => language === kept) ?? (navigator.language.startsWith('zh') ? 'zh-CN' : 'en');
}

/** Where the bills begin that are shown: at `from`, or at the next ones after it of which one can be paid. */
export function firstShown(bills: readonly Bill[], from: number): number {
  const pages = Math.max(1, Math.ceil(bills.length / billsShown));
  for (let page = 0; page < pages; page += 1) {
    const first = ((from / billsShown + page) % pages) * billsShown;
    if (bills.slice(first, first + billsShown).some(({ status }) => status === 'open')) return first;
  }
  return from < bills.length ? from : 0;
}

export function isCommand({ event }: BenchEvent): boolean {
  return event === 'command';
}

/** The events with one more, newest first. Where its own kind has become too many, the oldest of that kind goes. */
export function remembered(events: readonly BenchEvent[], event: BenchEvent): readonly BenchEvent[] {
  const all = [event, ...events];
  const command = isCommand(event);
  if (all.filter((one) => isCommand(one) === command).length <= eventsMaximum) return all;
  return all.toSpliced(
    all.findLastIndex((one) => isCommand(one) === command),
    1,
  );
}

/** What the page shows: the bench's own answers. */
export function createBench() {
  const devices = signal<readonly Device[]>([]);
  const services = signal<readonly Service[]>([]);
  /** Null until they were read. */
  const bills = signal<readonly Bill[] | null>(null);
  /** Null until there are bills; then it stays where the person turned it. */
  const firstBill = signal<number | null>(null);
  const whole = signal<Whole>({
    power: true,
    kiosk: null,
    timeZone: null,
    currency: 'CNY',
    exponents: {},
  });
  const language = signal<Language>(rememberedLanguage());
  const words = computed(() => wordsIn(language.value));
  const events = signal<readonly BenchEvent[]>([]);
  const paper = signal<Readonly<Record<string, string>>>({});
  const table = signal<readonly TableItem[]>([]);
  const toast = signal<string | null>(null);
  const alive = signal(true);
  const looks = new Map<string, ReturnType<typeof setTimeout>>();
  let toastTimer: ReturnType<typeof setTimeout> | undefined;

  const say = (text: string) => {
    toast.value = text;
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => {
      toast.value = null;
    }, toastMs);
  };

  const look = async (id: string) => {
    if (!devices.value.some((device) => device.id === id)) return;
    try {
      const device = await readDevice(id);
      devices.value = devices.value.map((one) => (one.id === id ? device : one));
      if (device.printed !== undefined) await lookAtPaper(device);
    } catch {
      alive.value = false;
    }
  };
  const lookAtPaper = async ({ id, printed }: Device) => {
    const blob = printed?.some((job) => !job.taken) === true ? await readPaper(id) : null;
    const old = paper.value[id];
    const { [id]: _gone, ...others } = paper.value;
    paper.value = blob === null ? others : { ...others, [id]: URL.createObjectURL(blob) };
    if (old !== undefined) URL.revokeObjectURL(old);
  };
  const lookSoon = (id: string) => {
    if (looks.has(id)) return;
    looks.set(
      id,
      setTimeout(() => {
        looks.delete(id);
        void look(id);
      }, lookAfterMs),
    );
  };

  const refresh = async () => {
    try {
      const all = await listAll();
      const known = new Map(devices.value.map((device) => [device.id, device]));
      devices.value = all.devices.map((device) => ({ ...known.get(device.id), ...device }));
      alive.value = true;
      await Promise.all(all.devices.map((device) => look(device.id)));
      services.value = await Promise.all(all.services.map(readService));
      await lookRound();
    } catch {
      alive.value = false;
    }
  };
  const lookAtWallets = async () => {
    if (!services.value.some(({ wallet }) => wallet !== undefined)) return;
    services.value = await Promise.all(
      services.value.map((one) => (one.wallet === undefined ? one : readService(one))),
    );
  };
  const lookAtTable = async () => {
    const newest = table.value[0]?.number;
    await lookRound().catch(() => {});
    const now = table.value[0]?.number;
    if (now !== undefined && now !== newest) say(words.value.liesOnTable);
  };
  const lookRound = async () => {
    const [cabinet, payable, laid] = await Promise.all([readWhole(), readBills(), readTable()]);
    whole.value = cabinet;
    table.value = laid;
    bills.value = payable;
    if (payable.length > 0) firstBill.value ??= firstShown(payable, 0);
  };

  /** Does it, says why not, and looks again. True when the machine let it happen. */
  const doTo = async (path: string, body: ActionBody): Promise<boolean> => {
    const did = await act(path, body);
    if (!did.ok) say(sayReason(did.reason, language.value));
    if (path.startsWith('devices/')) {
      await look(path.slice('devices/'.length));
      if (laysOnTable.includes(body.action)) await lookAtTable();
    } else if (services.value.some(({ id, wallet }) => wallet !== undefined && path === `services/${id}`))
      await lookAtWallets().catch(() => {});
    else await refresh();
    return did.ok;
  };

  return {
    devices,
    services,
    bills,
    events,
    paper,
    table,
    toast,
    alive,
    whole,
    firstBill,
    language,
    words,
    speak: (chosen: Language) => {
      language.value = chosen;
      localStorage.setItem(languageKey, chosen);
    },
    turnBills: () => {
      firstBill.value = firstShown(bills.value ?? [], (firstBill.value ?? 0) + billsShown);
    },
    doTo,
    /** Holds a code to this scanner; without one, to the first that has power, or else to any. */
    hold: async (text: string, id?: string) => {
      const scanners = devices.value.filter(({ kind }) => kind === 'scanner');
      const scanner = scanners.find((one) => one.id === id) ?? scanners.find(({ power }) => power) ?? scanners[0];
      if (scanner !== undefined && (await doTo(`devices/${scanner.id}`, { action: 'scan', text })))
        say(words.value.isRead);
    },
    putAway: async (number: number) => {
      await throwAway(number);
      await lookRound().catch(() => {});
    },
    clearEvents: () => {
      events.value = [];
    },
    start: () => {
      void refresh();
      const rounds = setInterval(() => {
        if (alive.value && !document.hidden) lookRound().catch(() => {});
      }, lookRoundMs);
      const wallets = setInterval(() => {
        if (alive.value && !document.hidden) lookAtWallets().catch(() => {});
      }, lookAtWalletsMs);
      const deafen = listen(
        (event) => {
          events.value = remembered(events.value, event);
          if (event.device !== null && !isCommand(event)) lookSoon(event.device);
          if (event.device === null) lookRound().catch(() => {});
        },
        (open) => {
          if (open && !alive.value) void refresh();
          alive.value = open;
        },
      );
      return () => {
        clearInterval(rounds);
        clearInterval(wallets);
        deafen();
      };
    },
  };
}

export type Bench = ReturnType<typeof createBench>;
