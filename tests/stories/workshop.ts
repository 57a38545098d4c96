/** A cabinet with every machine that can be checked, and somebody who checks them. */
import { kindOf, protocolNamed } from '../../hardware/catalog.ts';
import { stopsAcceptance } from '../../hardware/faults.ts';
import type { OpenCheck } from '../../kiosk/checks/checks.ts';
import type { FactBody } from '../../kiosk/fact.ts';
import { rulesOf } from '../../kiosk/rules.ts';
import type { CheckName } from '../../kiosk/server/staff-wire.ts';
import { generateKeyPairSync } from 'node:crypto';
import { createVoucherSeal } from '../../kiosk/voucher-seal.ts';
import { acceptorLineUp } from '../acceptors.ts';
import { config as lab } from '../simulation/run.ts';
import { World } from '../simulation/world.ts';
import { Scene } from './scene.ts';

export const technician = '1';
const yuan = 100;
export const filled = 30;

function workshopWorld(protocol: string, float: number): World {
  const acceptor = acceptorLineUp(protocol);
  const coin = { countries: { CN: 'CNY' } };
  const bus = { protocol: 'cctalk', port: 'bus' };
  const devices = [
    ...lab.devices.map((device) => ({
      ...device,
      port: device.id,
      ...(device.id === 'acceptor' ? { protocol: acceptor.protocol, settings: acceptor.settings } : {}),
    })),
    { id: 'coins', ...bus, settings: { device: 'coin', ...coin } },
    { id: 'yuan', ...bus, settings: { device: 'hopper', ...coin, address: 3, currency: 'CNY', minor: yuan } },
    { id: 'terminal', protocol: 'zvt', port: 'terminal', settings: { ...protocolNamed('zvt').driver.labSettings } },
    { id: 'scanner', protocol: 'scanner', port: 'scanner', settings: {} },
    { id: 'module', protocol: 'modbus', port: 'module', settings: protocolNamed('modbus').driver.labSettings },
  ];
  const goods = lab.goods && { ...lab.goods, handOver: 'relay' as const, relay: { name: 'goods', ms: 500 } };
  const config = { ...lab, devices, goods };
  const rules = rulesOf(config, { kindOf, stops: stopsAcceptance });
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const keys = { signing: privateKey, verifying: publicKey, voucher: new Uint8Array(32).fill(7) };
  const seal = createVoucherSeal(keys, config.kiosk);
  return new World({ seed: 1, acceptor, config, rules, seal, evidence: true, floats: { yuan: float } });
}

export class Workshop extends Scene {
  /** `float`: so many coins lie in the hopper, whatever the books say. */
  constructor(protocol = 'id003', float = filled) {
    super(workshopWorld(protocol, float));
    for (const device of ['coins', 'yuan', 'scanner', 'module', 'terminal']) {
      this.until(`${device} is ready`, () => this.world.kiosk?.devices[device]?.ready === true);
    }
    this.take({ fact: 'staff.added', person: technician, role: 'technician', pin: 'a-pin', by: null });
    const pieces = [{ minor: yuan, count: filled }];
    this.take({ fact: 'cash.filled', device: 'yuan', unit: 'hopper', currency: 'CNY', pieces, by: technician });
    this.comesIn();
  }

  take(fact: FactBody): void {
    this.world.book(fact);
  }

  comesIn(): void {
    this.take({ fact: 'staff.identified', person: technician });
  }

  /** Begins a check, while somebody stays at the page. */
  begin(check: CheckName, device: string | null): string {
    this.take({ fact: 'check.asked', check, device, by: technician });
    return this.entries('check.started').at(-1)?.command ?? '';
  }

  get open(): OpenCheck | null {
    return this.world.kiosk?.checks.open ?? null;
  }

  step(step: string): void {
    this.until(`the check waits for ${step}`, () => {
      this.touches();
      return this.open?.step === step;
    });
  }

  tell(told: number | boolean): void {
    this.take({ fact: 'check.told', command: this.open?.command ?? '', told });
  }

  /** How the last check ended. */
  get ended() {
    this.until('the check has ended', () => {
      this.touches();
      return this.world.kiosk !== null && this.open === null;
    });
    const found = this.entries('check.ended').at(-1);
    if (found === undefined) throw new Error('no check has ended');
    return found;
  }

  private touches(): void {
    if (this.world.kiosk?.staff.service !== null) this.take({ fact: 'staff.touched' });
  }

  /** So many fen in the hopper: by its own truth, and by the books. */
  get inHopper(): readonly [number, number] {
    const held = this.world.kiosk?.till.units.find(({ device, unit }) => device === 'yuan' && unit === 'hopper');
    return [this.world.cashIn('yuan', 'hopper'), (held?.count ?? 0) * yuan];
  }
}
