import { describe, expect, test } from 'vitest';
import type { PortFinding } from '../../hardware/discovery.ts';
import { countriesOf, type Stranger } from '../../hardware/inquiry.ts';
import { type Identity, type KnownDevice, propose, type ProposalParts } from '../../hardware/proposal.ts';

const stranger = (more: Partial<Stranger> = {}): Stranger => ({
  maker: 'CashCode',
  model: 'SM',
  serial: 'A1',
  firmware: null,
  denominations: [],
  settings: {},
  address: 3,
  remarks: [],
  ...more,
});

const at = (port: string, protocol: string, ...devices: readonly Stranger[]): PortFinding => ({
  port,
  protocol,
  devices,
  problem: null,
});

const identity = (more: Partial<Identity> = {}): Identity => ({
  protocol: 'ccnet',
  maker: 'CashCode',
  model: 'SM',
  serial: 'A1',
  firmware: null,
  ...more,
});

const known = (port: string, more: Partial<KnownDevice> = {}, id = 'notes'): KnownDevice => ({
  config: { id, protocol: 'ccnet', port, settings: { countries: { CHN: 'CNY' } } },
  identity: identity(),
  answers: false,
  ...more,
});

function proposed(findings: readonly PortFinding[], parts: Partial<ProposalParts> = {}) {
  const proposals = propose(findings, { known: [], stable: (port) => port, real: (port) => port, ...parts });
  return proposals.flatMap(({ devices }) => devices);
}

describe('a proposal', () => {
  test('names devices by what they are, each differently and none as one that is configured', () => {
    const hopper = stranger({ settings: { device: 'hopper', currency: 'CNY', minor: 100 }, address: 3 });
    const found = proposed(
      [
        at('/dev/a', 'ccnet', stranger({ serial: 'B7' })),
        at('/dev/b', 'cctalk', stranger({ settings: {} }), hopper, hopper),
      ],
      { known: [known('/dev/c', {}, 'acceptor')] },
    );
    expect(found.map(({ config }) => config?.id)).toEqual(['acceptor-2', 'coins', 'hopper', 'hopper-2']);
    expect(found.map(({ kind }) => kind)).toEqual(['note-acceptor', 'coin-acceptor', 'hopper', 'hopper']);
  });

  test('names the port that stays', () => {
    const stable = () => '/dev/serial/by-id/usb-FTDI';
    const [found] = proposed([at('/dev/ttyUSB0', 'ccnet', stranger())], { stable });
    expect(found?.config).toEqual({
      id: 'acceptor',
      protocol: 'ccnet',
      port: '/dev/serial/by-id/usb-FTDI',
      settings: {},
    });
  });

  test('is none for what cannot be driven', () => {
    const [found] = proposed([at('/dev/a', 'cctalk', stranger({ settings: null }))]);
    expect(found).toMatchObject({ config: null, kind: null, known: null });
  });
});

describe('a configured device', () => {
  test('that stands elsewhere is known again by its serial number, and keeps its name and settings', () => {
    const remarks = [{ code: 'incomplete', what: 'minor' }] as const;
    const [found] = proposed([at('/dev/b', 'ccnet', stranger({ remarks }))], { known: [known('/dev/a')] });
    expect(found?.known).toEqual({ id: 'notes', by: 'serial', from: '/dev/a' });
    expect(found?.config).toEqual({ ...known('/dev/a').config, port: '/dev/b' });
    expect(found?.remarks).toEqual([]);
  });

  test('that stands where it is configured has not moved, whatever the line is called', () => {
    const real = (port: string) => port.replace('/dev/by-id/x', '/dev/a');
    const parts = { real, known: [known('/dev/by-id/x')] };
    const [found] = proposed([at('/dev/a', 'ccnet', stranger())], parts);
    expect(found?.known).toEqual({ id: 'notes', by: 'port', from: null });
    const unheard = [known('/dev/by-id/x', { identity: null })];
    expect(proposed([at('/dev/a', 'ccnet', stranger())], { ...parts, known: unheard })[0]?.known?.by).toBe('port');
  });

  test.each([
    ['another serial number', { serial: 'B2' }],
    ['another model', { model: 'FLS' }],
  ])('is not one with %s', (_name, more) => {
    const [found] = proposed([at('/dev/b', 'ccnet', stranger(more))], { known: [known('/dev/a')] });
    expect(found?.known).toBeNull();
    expect(found?.config?.id).toBe('acceptor');
  });

  test('is not another device that stands in its place', () => {
    const [found] = proposed([at('/dev/a', 'ccnet', stranger({ serial: 'B2' }))], { known: [known('/dev/a')] });
    expect(found?.known).toBeNull();
  });

  test('that answers at its own port is nobody else, be the serial number the same', () => {
    const parts = { known: [known('/dev/a', { answers: true })] };
    expect(proposed([at('/dev/b', 'ccnet', stranger())], parts)[0]?.known).toBeNull();
  });

  test('is known once, of two with its serial number', () => {
    const both = [at('/dev/b', 'ccnet', stranger()), at('/dev/c', 'ccnet', stranger())];
    const found = proposed(both, { known: [known('/dev/a')] });
    expect(found.map((one) => one.known?.id ?? null)).toEqual(['notes', null]);
  });

  const nameless = identity({ serial: null });

  test('without a serial number is guessed when it alone is like it and its port is empty', () => {
    const one = at('/dev/b', 'ccnet', stranger({ serial: null }));
    const parts = { known: [known('/dev/a', { identity: nameless })] };
    expect(proposed([one], parts)[0]?.known).toEqual({ id: 'notes', by: 'likeness', from: '/dev/a' });
    const twins = [one, at('/dev/c', 'ccnet', stranger({ serial: null }))];
    expect(proposed(twins, parts).map((found) => found.known)).toEqual([null, null]);
    const inItsPlace = [one, at('/dev/a', 'ccnet', stranger({ serial: 'B9' }))];
    expect(proposed(inItsPlace, parts)[0]?.known).toBeNull();
    const two = { known: [...parts.known, known('/dev/z', { identity: nameless }, 'others')] };
    expect(proposed([one], two)[0]?.known).toBeNull();
  });

  test('keeps its settings but for the address, which the device itself says', () => {
    const config = {
      id: 'yuan',
      protocol: 'cctalk',
      port: '/dev/a',
      settings: { device: 'hopper', address: 5, pin: '1234' },
    };
    const moved = (address: number, settings: Readonly<Record<string, unknown>>) =>
      proposed([at('/dev/b', 'cctalk', stranger({ address, settings }))], {
        known: [{ config, identity: identity({ protocol: 'cctalk' }), answers: false }],
      })[0]?.config?.settings;
    expect(moved(5, { device: 'hopper', address: 5 })).toEqual(config.settings);
    expect(moved(7, { device: 'hopper', address: 7 })).toEqual({ ...config.settings, address: 7 });
    expect(moved(3, { device: 'hopper' })).toEqual({ device: 'hopper', pin: '1234' });
  });
});

describe('letters of a table', () => {
  test('that are a currency, or known, need nobody', () => {
    const countries = countriesOf({ currency: null }, { CHN: 'CNY' }, false);
    expect(countries.currencyOf('EUR')).toEqual({ currency: 'EUR', exponent: 2 });
    expect(countries.currencyOf('CHN')).toEqual({ currency: 'CNY', exponent: 2 });
    expect([countries.settings, countries.remarks]).toEqual([{ CHN: 'CNY' }, []]);
  });

  test('that begin as the kiosk’s currency are taken for it, with a remark; others are not', () => {
    const countries = countriesOf({ currency: 'RUB' }, {}, false);
    expect(countries.currencyOf('RUS')?.currency).toBe('RUB');
    expect(countries.currencyOf('JPN')).toBeNull();
    expect(countries.settings).toEqual({ RUS: 'RUB' });
    expect(countries.remarks).toEqual([
      { code: 'currency-assumed', what: 'RUS' },
      { code: 'currency-unknown', what: 'JPN' },
    ]);
  });

  test('that are numbers are taken for the kiosk’s currency, or else for what the laboratory has', () => {
    expect(countriesOf({ currency: 'EUR' }, { '2A': 'CNY' }, true).currencyOf('2A')?.currency).toBe('EUR');
    expect(countriesOf({ currency: null }, { '2A': 'CNY' }, true).currencyOf('2A')?.currency).toBe('CNY');
    expect(countriesOf({ currency: null }, { '2A': 'CNY' }, true).currencyOf('E0')).toBeNull();
  });
});
