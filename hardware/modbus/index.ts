/**
 * I/O modules of the cabinet that speak Modbus RTU (MODBUS Application Protocol V1.1b3, MODBUS over Serial Line V1.02), on
 * a serial line of 9600 8N1 by default; several, each with its unit id, may be on one bus. The functions used are 01, 02,
 * 03, 04, 05, 06, 0F and 2B/0E.
 *
 * Settings: `unit` (1 to 247), `baudRate`, `parity`, `stopBits`, and what is wired to what, with addresses as on the wire
 * (the first is 0): `contacts.NAME` {input, closed: the input's level while the contact is closed}, `lamps.NAME` (coil),
 * `relays.NAME` {coil, counter?: a register that counts how often it was switched on, pulse?: a holding register that
 * switches it on for so many steps}, `temperature` {register, table?, scale, low, high in degrees Celsius, and, for the
 * kiosk alone, stopLow? and stopHigh?: the degrees at and beyond which nobody begins}.
 *
 * Facts: device.identified, device.ready when everything configured was read, device.lost, device.fault and device.cleared
 * by `faults`; contact.changed once for each contact at the start and once a change, vibration, temperature. Each lamp order
 * ends in one of lamp.done and command.refused; each relay.pulse in one of relay.done, relay.unknown (it may have been on,
 * once at most) and command.refused (it was not on). A lamp that nobody wished anything of is dark; a relay that is on
 * without an order is switched off.
 */
import { lampNames } from '../cabinet-io.ts';
import type { ProtocolFrontDoor } from '../protocol.ts';
import { createDriver } from './driver.ts';
import type { Frame } from './frame.ts';
import { inquire } from './inquiry.ts';
import { askIdentification, describe, faults, readCoils, readInputs, readRegister } from './messages.ts';
import { moneyMessages } from './relay.ts';
import { checkSettings, contactNames, type Given, lineOf, settingsFrom, span, speeds } from './settings.ts';
import type { State } from './state.ts';

const labSettings = {
  unit: 1,
  contacts: {
    door: { input: 0, closed: 'on' },
    vault: { input: 1, closed: 'on' },
    vibration: { input: 2, closed: 'on' },
    mains: { input: 3, closed: 'on' },
    'ups-low': { input: 4, closed: 'on' },
    key: { input: 5, closed: 'on' },
  },
  lamps: { slot: 0, cup: 1, reader: 2, printer: 3, alarm: 4 },
  relays: { goods: { coil: 8, counter: { register: 1 } } },
  temperature: { register: 0, scale: 0.1, low: 0, high: 50 },
};

/** Ready to leave; of a module without lamps and relays its first coil is read. */
function requests(settings: Given): Readonly<Record<string, Uint8Array>> {
  const { unit, contacts, lamps, relays, temperature } = settingsFrom(settings);
  const inputs = span([...contacts.values()].map(({ input }) => input));
  const coils = span([...lamps.values(), ...[...relays.values()].map(({ coil }) => coil)]);
  return {
    identification: askIdentification(unit).bytes,
    inputs: readInputs(unit, inputs.from, Math.max(1, inputs.count)).bytes,
    coils: readCoils(unit, coils.from, Math.max(1, coils.count)).bytes,
    ...(temperature === null ? {} : { temperature: readRegister(unit, temperature.table, temperature.register).bytes }),
  };
}

/** As the simulated module's settings name them. */
function simulatorSettings(settings: Given): Readonly<Record<string, string>> {
  const { unit, line, contacts, lamps, relays, temperature } = settingsFrom(settings);
  return {
    unit: String(unit),
    baudRate: String(line.baudRate),
    contacts: [...contacts].map(([name, { input, closed }]) => `${name}:${input}:${closed}`).join(','),
    lamps: [...lamps].map(([name, coil]) => `${name}:${coil}`).join(','),
    relays: [...relays]
      .map(([name, { coil, counter, pulse }]) =>
        [
          `${name}:${coil}`,
          counter === null ? '' : `${counter.table}/${counter.register}`,
          pulse === null ? '' : `${pulse.register}/${pulse.stepMs}`,
        ].join(':'),
      )
      .join(','),
    temperature: temperature === null ? '' : `${temperature.table}/${temperature.register}:${temperature.scale}`,
  };
}

export const frontDoor: ProtocolFrontDoor<State, Frame> = {
  protocol: 'modbus',
  line: lineOf({}),
  lineWith: lineOf,
  moneyMessages,
  faults,
  checkSettings,
  kindOf: () => 'cabinet-io',
  addressOf: ({ unit }) => Number(unit),
  labSettings,
  settingsHelp: [
    'unit=N                                       its unit id, 1 to 247',
    `baudRate=N parity=none|even|odd stopBits=1|2  its line (default 9600 8N1); N is ${speeds.join(', ')}`,
    'contacts.NAME={"input":N,"closed":"on|off"}  the level of the input while the contact is closed',
    `                                             NAME is ${contactNames.join(', ')}`,
    `lamps.NAME=N                                 its coil; NAME is ${lampNames.join(', ')}`,
    'relays.NAME={"coil":N,"counter":{"register":N,"table":"input|holding"},"pulse":{"register":N,"stepMs":N}}',
    'temperature={"register":N,"scale":0.1,"low":0,"high":50,"table":"input|holding"}',
  ],
  simulatorSettings,
  inquire,
  createDriver: ({ device, settings }) => createDriver(device, settingsFrom(settings)),
  requests,
  requestEffects: { identification: 'reads', inputs: 'reads', coils: 'reads', temperature: 'reads' },
  describe,
};
