/** The configuration with one device more, elsewhere or less; and when one cannot be taken out. Pure. */
import type { Config } from '../../config/schema.ts';
import type { DeviceConfig } from '../../hardware/device.ts';
import { deviceState } from '../device-state.ts';
import type { Kiosk } from '../kiosk.ts';
import type { StaffProblem } from '../server/staff-wire.ts';
import { billerName } from './leaving.ts';

export function withDevice(config: Config, device: DeviceConfig): Config {
  return { ...config, devices: [...config.devices, device] };
}

/** Only the port changes, and on a shared wire the address that the device tells. */
export function withDeviceAt(config: Config, { id, port, settings }: DeviceConfig): Config {
  return { ...config, devices: config.devices.map((one) => (one.id === id ? { ...one, port, settings } : one)) };
}

export function withoutDevice(config: Config, id: string): Config {
  return { ...config, devices: config.devices.filter((one) => one.id !== id) };
}

/** Null: it is gone, and may be. */
export function takeOutRefused(kiosk: Kiosk, device: string): StaffProblem | null {
  return deviceState(kiosk, device).lost === null ? 'device-here' : leavingRefused(kiosk, device);
}

/** Of a device, a wallet, or `billerName`. Null: no money is in it, and nothing of it is waited for. */
export function leavingRefused(kiosk: Kiosk, device: string): StaffProblem | null {
  const { till } = kiosk;
  const inside = till.units.some((stock) => stock.device === device && stock.count !== 0);
  if (inside || till.bags.some((bag) => bag.device === device)) return 'holds-money';
  return isAwaited(kiosk, device) ? 'awaited' : null;
}

function isAwaited(kiosk: Kiosk, device: string): boolean {
  const { stacks, payouts, emptyings, releases, charges, terminals, left, prints, posts } = kiosk;
  const refunds = Object.values(kiosk.refunds);
  const orders = [payouts, emptyings, releases, charges].flatMap((all): readonly { readonly device: string }[] =>
    Object.values(all),
  );
  const day = terminals[device];
  return (
    orders.some((order) => order.device === device) ||
    refunds.some((refund) => refund.charges.some((part) => part.device === device)) ||
    refunds.some(({ parts }) => parts.some(({ part }) => part.device === device)) ||
    (device === billerName && (Object.keys(posts).length > 0 || refunds.some(({ reverse }) => reverse !== null))) ||
    stacks[device]?.status === 'open' ||
    left[device] !== undefined ||
    (day !== undefined && (day.count > 0 || day.order !== null)) ||
    (kiosk.rules.printer === device && Object.keys(prints).length > 0)
  );
}
