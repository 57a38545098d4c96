/** A cabinet whose acceptor pays notes out: a SMART Payout, which holds each between its lips until it is taken. */
import { generateKeyPairSync } from 'node:crypto';
import { kindOf } from '../../hardware/catalog.ts';
import { stopsAcceptance } from '../../hardware/faults.ts';
import { rulesOf } from '../../kiosk/rules.ts';
import { createVoucherSeal } from '../../kiosk/voucher-seal.ts';
import { acceptorLineUp } from '../acceptors.ts';
import { config as lab } from '../simulation/run.ts';
import { World } from '../simulation/world.ts';

export function recyclerWorld(): World {
  const settings = { model: 'smart-payout', encryption: 'required' };
  const acceptor = { ...acceptorLineUp('ssp'), settings };
  const devices = lab.devices.map((device) =>
    device.id === 'acceptor' ? { ...device, protocol: acceptor.protocol, port: device.id, settings } : device,
  );
  const config = { ...lab, devices };
  const rules = rulesOf(config, { kindOf, stops: stopsAcceptance });
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const keys = { signing: privateKey, verifying: publicKey, voucher: new Uint8Array(32).fill(7) };
  return new World({ seed: 1, acceptor, config, rules, seal: createVoucherSeal(keys, config.kiosk), evidence: true });
}
