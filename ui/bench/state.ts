import { signal } from '@preact/signals';
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
  type Service,
} from './api.ts';

const MOST_EVENTS = 300;
const MOST_SLIPS = 8;
const TOAST_MS = 4_000;
/** Events come in flocks; one look after the flock is enough. */
const LOOK_AFTER_MS = 60;

export interface Slip {
  readonly key: number;
  readonly url: string;
}

const SAMPLE_BILLS: readonly Bill[] = [
  { number: '1001', payee: 'East Lake Clinic 东湖社区医院', minor: 8650 },
  { number: '1002', payee: 'Restaurant 餐厅', minor: 3750 },
  { number: '1003', payee: 'Hotel 酒店', minor: 128000 },
  { number: '1004', payee: 'Utility 水电费', minor: 21456 },
];

/** What the page shows: the bench's own answers, and the slips a person tore off and kept on the table. */
export function createBench() {
  const devices = signal<readonly Device[]>([]);
  const services = signal<readonly Service[]>([]);
  const bills = signal<readonly Bill[]>(SAMPLE_BILLS);
  const events = signal<readonly BenchEvent[]>([]);
  const paper = signal<Readonly<Record<string, string>>>({});
  const table = signal<readonly Slip[]>([]);
  const toast = signal<string | null>(null);
  const alive = signal(true);
  const looks = new Map<string, ReturnType<typeof setTimeout>>();
  let slips = 0;
  let toastTimer: ReturnType<typeof setTimeout> | undefined;

  const say = (text: string) => {
    toast.value = text;
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => {
      toast.value = null;
    }, TOAST_MS);
  };

  const look = async (id: string) => {
    try {
      const device = await readDevice(id);
      devices.value = devices.value.map((one) => (one.id === id ? device : one));
      if (device.kind === 'printer') await lookAtPaper(id);
    } catch {
      alive.value = false;
    }
  };
  const lookAtPaper = async (id: string) => {
    const blob = await readPaper(id);
    const old = paper.value[id];
    const { [id]: _gone, ...others } = paper.value;
    paper.value = blob === null ? others : { ...others, [id]: URL.createObjectURL(blob) };
    if (old !== undefined && !table.value.some((slip) => slip.url === old)) URL.revokeObjectURL(old);
  };
  const lookSoon = (id: string) => {
    if (looks.has(id)) return;
    looks.set(
      id,
      setTimeout(() => {
        looks.delete(id);
        void look(id);
      }, LOOK_AFTER_MS),
    );
  };

  const refresh = async () => {
    try {
      const all = await listAll();
      devices.value = all.devices;
      services.value = all.services;
      alive.value = true;
      await Promise.all(all.devices.map((device) => look(device.id)));
      bills.value = (await readBills()) ?? SAMPLE_BILLS;
    } catch {
      alive.value = false;
    }
  };

  /** Does it, says why not, and looks again. True when the machine let it happen. */
  const doTo = async (path: string, body: ActionBody): Promise<boolean> => {
    const did = await act(path, body);
    if (!did.ok) say(did.reason);
    if (path.startsWith('devices/')) await look(path.slice('devices/'.length));
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
    say,
    doTo,
    /** Tears the paper off and lays it on the table. */
    tear: async (id: string) => {
      const url = paper.value[id];
      if (url !== undefined) {
        slips += 1;
        for (const old of table.value.slice(MOST_SLIPS - 1)) URL.revokeObjectURL(old.url);
        table.value = [{ key: slips, url }, ...table.value].slice(0, MOST_SLIPS);
      }
      await doTo(`devices/${id}`, { action: 'take' });
    },
    putAway: (key: number) => {
      table.value = table.value.filter((slip) => slip.key !== key);
    },
    clearEvents: () => {
      events.value = [];
    },
    start: () => {
      void refresh();
      return listen(
        (event) => {
          events.value = [event, ...events.value].slice(0, MOST_EVENTS);
          if (event.device !== null && event.event !== 'command') lookSoon(event.device);
        },
        (open) => {
          if (open && !alive.value) void refresh();
          alive.value = open;
        },
      );
    },
  };
}

export type Bench = ReturnType<typeof createBench>;
