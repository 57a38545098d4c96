/**
 * What each configured device said of itself when it last was there, in `DATA/devices.json`: by it a device is known again
 * that is plugged in elsewhere. It proves nothing and decides nothing, so a file that cannot be read is begun anew.
 */
import { rmSync } from 'node:fs';
import * as v from 'valibot';
import { openStore, type Store } from '../config/store.ts';
import type { DeviceFact } from '../hardware/device.ts';
import type { Identity } from '../hardware/proposal.ts';

const word = v.nullable(v.pipe(v.string(), v.maxLength(200)));
const stored = v.strictObject({
  devices: v.record(
    v.string(),
    v.strictObject({ protocol: v.string(), maker: word, model: word, serial: word, firmware: word }),
  ),
});
type Stored = v.InferOutput<typeof stored>;
const nothing: Stored = { devices: {} };

export interface Identities {
  /** Null: it was never heard. */
  of(device: string): Identity | null;
  /** Keeps what a device says of itself, when it is new. @throws Error when it cannot be written. */
  heard(fact: Extract<DeviceFact, { fact: 'device.identified' }>): void;
}

export function identitiesPath(data: string): string {
  return `${data}/devices.json`;
}

/** Only `heard` writes: a file that cannot be read stays until then. */
export function openIdentities(path: string): Identities {
  let store = readable(path);
  const of = (device: string): Identity | null => {
    const devices = store?.data.devices ?? {};
    return Object.hasOwn(devices, device) ? (devices[device] ?? null) : null;
  };
  return {
    of,
    heard({ device, protocol, maker, model, serial, firmware }) {
      const identity = { protocol, maker, model, serial, firmware };
      if (JSON.stringify(of(device)) === JSON.stringify(identity)) return;
      if (store === null) {
        rmSync(path, { force: true });
        store = open(path);
      }
      store.update(({ devices }) => ({ devices: { ...devices, [device]: identity } }));
    },
  };
}

function open(path: string): Store<Stored> {
  return openStore(path, nothing, (json) => (v.is(stored, json) ? json : null));
}

/** Null: what is there cannot be read. */
function readable(path: string): Store<Stored> | null {
  try {
    return open(path);
  } catch {
    return null;
  }
}
