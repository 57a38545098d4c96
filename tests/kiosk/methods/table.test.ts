/** Another table of denominations than recorded: shut and said, until it is as before or a person wants the new one. */
import { describe, expect, test } from 'vitest';
import type { Config } from '../../../config/schema.ts';
import type { EntryKind } from '../../../kiosk/entry.ts';
import { acceptorUsable, cashOff } from '../../../kiosk/methods/cash/acceptance.ts';
import { denominationsChanged, faultOfCase } from '../../../kiosk/text/faults.ts';
import { Visit } from '../view/visit.ts';

const device = 'acceptor';
const cny = (...minors: readonly number[]) => minors.map((minor) => ({ currency: 'CNY', minor }));
const before = cny(100, 500, 1_000, 2_000, 5_000, 10_000);
const now = cny(100, 500, 1_000, 2_000, 10_000, 5_000);

const identified = (visit: Visit, denominations: readonly { currency: string; minor: number }[], id = device) =>
  visit.step({
    fact: 'device.identified',
    device: id,
    protocol: 'id003',
    maker: null,
    model: null,
    serial: 'A1',
    firmware: null,
    denominations,
  });
const changed = () => identified(new Visit().boot(), now);
const confirm = (visit: Visit, denominations = now) =>
  visit.step({ fact: 'table.confirmed', device, serial: 'A1', denominations, by: 'anna' });
const kinds = (visit: Visit): readonly EntryKind[] => visit.entries.map(({ kind }) => kind);
const openCases = (visit: Visit) => Object.values(visit.kiosk.cases).map(({ about, subject }) => ({ about, subject }));

describe('a table that is another than recorded', () => {
  test('shuts the slot, and is a case about the device', () => {
    const visit = changed();
    expect(acceptorUsable(visit.kiosk, device)).toBe(false);
    expect(openCases(visit)).toEqual([{ about: 'denominations-changed', subject: device }]);
    expect(kinds(visit)).not.toContain('device.known');
  });

  test('is one case, however often the device says so, over restarts too', () => {
    const visit = identified(changed(), now);
    expect(kinds(visit)).not.toContain('case.opened');
    visit.step({ fact: 'kiosk.booted', version: '1', config: 'hash', lastAt: null });
    expect(kinds(identified(visit, now))).not.toContain('case.opened');
    expect(acceptorUsable(visit.kiosk, device)).toBe(false);
  });

  test('closes the kiosk with its code, in the language of the glass', () => {
    expect(changed().view().body).toMatchObject({
      screen: 'out-of-service',
      since: '09:20 起，检修代码 kiosk.denominations-changed',
    });
    const english = identified(new Visit((config) => ({ ...config, languages: ['en'] })).boot(), now);
    expect(english.view().body).toMatchObject({ since: 'Since 09:20, service code kiosk.denominations-changed' });
  });

  test('of one of two acceptors leaves the other, and the idle screen says the code', () => {
    const second = (config: Config): Config => ({
      ...config,
      devices: [...config.devices, { id: 'second', protocol: 'id003', port: '/dev/second', settings: {} }],
    });
    const visit = new Visit(second).boot();
    identified(visit, before, 'second').step({ fact: 'device.ready', device: 'second' });
    expect(visit.view().body.screen).toBe('attract');
    identified(visit, now);
    expect(cashOff(visit.kiosk, null)).toBeNull();
    expect(visit.view().body).toMatchObject({
      screen: 'partly-available',
      partly: '有一台设备正在检修，检修代码 kiosk.denominations-changed',
    });
  });

  test('and then the recorded one again: all is as before, and the case is closed', () => {
    const visit = identified(changed(), before);
    expect(acceptorUsable(visit.kiosk, device)).toBe(true);
    expect(openCases(visit)).toEqual([]);
    expect(visit.view().body.screen).toBe('attract');
  });
});

describe('a person who wants the new table', () => {
  test('is recorded with it; notes are taken by it, after a restart too', () => {
    const visit = confirm(changed());
    expect(visit.entries).toContainEqual({
      kind: 'device.known',
      device,
      serial: 'A1',
      denominations: now,
      by: 'anna',
    });
    expect(visit.entries).toContainEqual(expect.objectContaining({ kind: 'case.resolved', outcome: 'explained' }));
    expect(acceptorUsable(visit.kiosk, device)).toBe(true);
    visit.step({ fact: 'kiosk.booted', version: '1', config: 'hash', lastAt: null });
    identified(visit, now).step({ fact: 'device.ready', device });
    expect(acceptorUsable(visit.kiosk, device)).toBe(true);
    expect(openCases(visit)).toEqual([]);
  });

  test.each([
    ['no longer is the one of the device', changed, cny(100, 200)],
    ['is in another order', changed, before],
    ['is empty', () => identified(new Visit().boot(), []), []],
    ['nobody needs, for nothing has changed', () => new Visit().boot(), before],
  ])('that %s changes nothing', (_, at, table) => {
    const visit = at();
    const usable = acceptorUsable(visit.kiosk, device);
    expect(kinds(confirm(visit, table))).not.toContain('device.known');
    expect(acceptorUsable(visit.kiosk, device)).toBe(usable);
  });
});

test('what a technician reads names what to do, in both languages, and is of this case alone', () => {
  expect(faultOfCase('denominations-changed')).toBe(denominationsChanged);
  expect(faultOfCase('note-unknown')).toBeNull();
  expect(denominationsChanged.remedy.en).toContain('before back');
  expect(denominationsChanged.remedy['zh-CN']).toContain('装回原来的设备或固件');
});
