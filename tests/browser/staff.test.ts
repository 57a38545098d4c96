/** People who work at the machine: real Chromium on the glass, from the hidden corner to a booked move, in both languages. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { faults } from '../../hardware/escpos/messages.ts';
import { dayWords } from '../../kiosk/text/day.ts';
import { Program } from '../hardware/child-process.ts';
import { Glass } from './glass.ts';
import { inTurn, langs, pin, StaffRoom, withCoins } from './staff-room.ts';

const seenMs = 60_000;
const laptop = { width: 1440, height: 900 };

describe.concurrent.each(langs)('in %s', (lang) => {
  let room: StaffRoom;
  beforeAll(async () => {
    room = await StaffRoom.open(lang, { config: withCoins() });
  });
  afterEach(() => room?.newGlass());
  afterAll(() => room?.close());

  test(
    'the first administrator comes in through the corner, fills a hopper and logs out; the till has it',
    inTurn,
    async () => {
      const { machine, page, words } = room;
      await room.touchesTheCorner();
      await room.sees('set-up');
      await room.setsUp();
      await room.sees('home');
      expect(existsSync(join(machine.data, 'setup-code'))).toBe(false);

      const customer = await room.glass.second();
      await customer.sees('out-of-service');
      await customer.reads('正在维护');
      for (const { x, y } of [
        { x: 540, y: 960 },
        { x: 540, y: 1700 },
      ])
        await customer.page.touchscreen.tap(x, y);
      await customer.sees('out-of-service');
      await customer.page.close();

      await room.touch(words.fill);
      await room.sees('fill');
      await room.types('¥1.00', '50');
      await room.touch(words.review);
      await room.says('¥50.00');
      await room.touch(words.bookIt);
      await room.says(words.bookedAs('M00001'));
      await room.touch(words.done);
      const row = page.locator('[data-unit="yuan.hopper"]');
      await row.getByText('¥50.00').first().waitFor({ timeout: seenMs });
      const till = await machine.journal('till');
      expect(till.find(({ unit }) => unit === 'yuan.hopper')).toMatchObject({
        kind: 'hopper',
        minor: 5_000,
        denominations: [{ minor: 100, count: 50 }],
      });

      await room.touch(words.remove);
      await room.types('¥1.00', '48');
      const shown = await page.locator('main').textContent();
      expect(shown).not.toContain(words.expected);
      expect(shown).not.toContain('−¥2.00');
      await room.touch(words.compare);
      await room.says('−¥2.00');
      await room.says(words.caseOpened('C00001'));
      await room.touch(words.done);
      for (const [name, at] of [
        [words.moves, 'moves'],
        [words.casesNow(1), 'cases'],
        [words.paySlip, 'pay-slip'],
        [words.persons, 'persons'],
        [words.box, 'box'],
      ] as const) {
        await room.touch(name);
        await room.sees(at);
        await room.touch(words.back);
      }

      await room.touch(words.casesNow(1));
      await room.touch(/C00001/);
      await room.sees('case');
      await page.getByText(words.reasons['written-off']).tap();
      await room.sees('case');
      await room.touch(words.back);

      await room.touch(words.back);
      await room.logsOut();
      await room.sees('log-in');
      await room.touch(words.close);
      await room.glass.sees('attract');
      const entries = await machine.entries();
      const kinds = entries.map(({ kind, body }) => (kind.startsWith('staff.') ? `${kind} ${body.person}` : kind));
      expect(kinds.filter((kind) => /^(staff|cash|case)\./.test(kind))).toEqual([
        'staff.added 1',
        'staff.identified 1',
        'cash.filled',
        'cash.removed',
        'case.opened',
        'staff.left 1',
      ]);
      const written = JSON.stringify(entries);
      expect(written).not.toContain(pin);
      expect(written).not.toContain('Lina');
    },
  );

  test(
    'a device that was plugged in is found, with what to configure; lines in use are left alone',
    inTurn,
    async () => {
      const { machine, page, words } = room;
      const plugged = new Program('scripts/simulator.ts', ['ccnet']);
      const { port } = await plugged.line({ protocol: 'ccnet' });
      symlinkSync(String(port), join(machine.data, 'ports', 'new'));
      await room.comesIn();
      await room.touch(words.find);
      await room.sees('find');
      await room.touch(words.findStart);
      const found = page.locator('[data-port$="/ports/new"]');
      await found.getByText(words.portStates.asking).waitFor({ timeout: seenMs });
      await room.button(words.findAgain).waitFor({ timeout: seenMs });
      await found.getByText(`CashCode SM-CN1352 · ${words.kinds['note-acceptor']}`).waitFor();
      await found.getByText('21KC27006179').waitFor();
      expect(JSON.parse((await found.locator('pre').textContent()) ?? '')).toEqual({
        id: 'acceptor-2',
        protocol: 'ccnet',
        port: join(machine.data, 'ports', 'new'),
        settings: {},
      });
      await page.locator('[data-port$="/ports/acceptor"][data-state="held"]').waitFor();
      await room.sees('find');
      await room.logsOut();
      await plugged.end();
    },
  );

  test(
    'a technician sees the cabinet, the fault of the printer with what to do, and what goes over its wire',
    inTurn,
    async () => {
      const { machine, page, words } = room;
      const { device: own } = words;
      const remedy = faults.find(({ code }) => code === 'escpos.cover')?.remedy[lang] ?? '';
      await room.comesIn();
      const printer = page.locator('[data-device="printer"]');
      await printer.getByText(own.marks.ready, { exact: true }).waitFor({ timeout: seenMs });
      await machine.hand('printer', { action: 'paper', value: 'out' });
      await printer.getByText(words.paper.out).waitFor({ timeout: seenMs });
      await machine.hand('printer', { action: 'open cover' });
      await printer.getByText(remedy).waitFor({ timeout: seenMs });
      await room.says(own.needHand(1));
      await room.sees('home');
      await printer.tap();
      const fault = page.locator('[data-fault="escpos.cover"]');
      await fault.getByText(remedy).waitFor({ timeout: seenMs });
      await room.says('115200 8N1');
      await room.says(own.troubleWhats.fault);
      await room.sees('device');
      await room.touch(own.trace);
      await page.locator('.trace li').first().waitFor({ timeout: seenMs });
      await room.touch(own.hideAgain);
      await room.says(own.again);
      await room.sees('trace');
      await room.touch(own.pause);
      await room.says(own.paused);
      const newest = await page.locator('.trace li').first().textContent();
      await machine.hand('printer', { action: 'close cover' });
      await machine.hand('printer', { action: 'paper', value: 'ok' });
      await room.touch(own.directions.in);
      await page.locator('.trace [data-direction="out"]').first().waitFor({ state: 'detached', timeout: seenMs });
      await room.touch(own.directions.all);
      expect(await page.locator('.trace li').first().textContent()).toBe(newest);
      // The glass has nowhere to keep a file; a laptop has the link.
      expect(await page.getByRole('link', { name: own.download }).count()).toBe(0);
      await room.touch(own.goOn);
      await page.waitForFunction((before) => document.querySelector('.trace li')?.textContent !== before, newest);
      await room.touch(words.back);
      await page.locator('.device-state').getByText(own.marks.ready, { exact: true }).waitFor({ timeout: seenMs });
      await room.says(own.troubleWhats.cleared);
      await room.touch(words.back);
      await room.logsOut();
    },
  );

  test(
    'a laptop takes the trace of the printer away as a file, in which nothing stands that was printed',
    inTurn,
    async () => {
      const { machine, page, words } = room;
      await page.setViewportSize(laptop);
      await page.goto(new URL('/staff/', machine.kiosk).href);
      await room.reads(lang);
      await room.logsIn('1');
      await room.touch(words.day.title);
      await room.touch(words.day.printX);
      await room.slip(dayWords[lang].notClosed.replaceAll(' ', ''), /LAB-01$/);
      await room.touch(words.back);
      await page.locator('[data-device="printer"]').click();
      await room.touch(words.device.trace);
      await room.sees('trace');
      const [file] = await Promise.all([
        page.waitForEvent('download', { timeout: seenMs }),
        page.getByRole('link', { name: words.device.download }).click(),
      ]);
      expect(file.suggestedFilename()).toMatch(/^trace-LAB-01-printer-.*\.jsonl$/);
      const [head = '', ...lines] = readFileSync(await file.path(), 'utf8')
        .trimEnd()
        .split('\n');
      expect(JSON.parse(head)).toMatchObject({ device: 'printer', protocol: 'escpos', lines: lines.length });
      const kept = lines.map((line) => JSON.parse(line) as { readonly direction: string; readonly bytes: string });
      expect(kept.filter(({ direction }) => direction === 'in').every(({ bytes }) => bytes !== '')).toBe(true);
      const hex = Buffer.from('LAB-01').toString('hex');
      for (const line of lines) expect(line.replaceAll(' ', '').toLowerCase()).not.toMatch(new RegExp(`lab-01|${hex}`));
      await room.logsOut();
    },
  );

  test(
    'a customer who touches the corner once begins as everywhere else, and nobody logs in before they have left',
    inTurn,
    async () => {
      const { machine, page, words } = room;
      const customer = await Glass.open(room.browser, machine.kiosk);
      await customer.sees('attract');
      await customer.page.touchscreen.tap(40, 40);
      await customer.sees('welcome');
      await page.goto(new URL('/staff/', machine.kiosk).href);
      await room.reads(lang);
      await room.types(words.number, '1');
      await room.types(words.pin, pin);
      await room.touch(words.logIn);
      await room.says(words.problems.customer);
      await room.sees('log-in');
      await customer.sees('welcome');
      await customer.touch('返回首页');
      await customer.sees('attract');
      await room.types(words.pin, pin);
      await room.touch(words.logIn);
      await room.at('home');
      await customer.sees('out-of-service');
      await customer.close();
      await room.logsOut();
    },
  );

  test(
    'a wrong PIN is told, the right one lets in, and a daemon that was killed has let everybody out',
    inTurn,
    async () => {
      const { machine, page, words } = room;
      await room.touchesTheCorner();
      await room.types(words.number, '1');
      await room.types(words.pin, '999998');
      await room.touch(words.logIn);
      await room.says(words.problems.wrong);
      await room.types(words.pin, pin);
      await room.touch(words.logIn);
      await room.sees('home');
      await machine.kill();
      await page.locator('.staff[data-page="log-in"]').waitFor({ timeout: seenMs });
      const left = (await machine.entries()).findLast(({ kind }) => kind === 'staff.left');
      expect(left?.body).toMatchObject({ person: '1', reason: 'restart' });
    },
  );
});
