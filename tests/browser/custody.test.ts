/** A box from the lock to its count, and a case from its number to a slip that pays: real Chromium, both languages. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { paperWords } from '../../kiosk/text/paper.ts';
import { confirms, paysInCash } from './customer.ts';
import { configWith } from './machine.ts';
import { inTurn, langs, pin, StaffRoom, starting } from './staff-room.ts';

const otherPin = '481502';
const ok = expect.objectContaining({ ok: true });

const behind = (lines: readonly string[], label: string) =>
  (lines.find((line) => line.startsWith(label)) ?? '').slice(label.length);

describe.concurrent.each(langs)('in %s', (lang) => {
  let room: StaffRoom;
  beforeAll(async () => {
    room = await StaffRoom.open(lang, { config: configWith(() => {}) });
  });
  afterEach(() => room?.newGlass());
  afterAll(() => room?.close());

  test(
    'a box is pulled, its slip printed, sealed, counted with a difference that takes two, and the difference is a case',
    inTurn,
    async () => {
      const { machine, glass, page, words } = room;
      await paysInCash(glass, 'en', '1001');
      await machine.insert(10_000);
      await glass.sees('settled', 'en');
      await glass.touch('Next');
      await glass.sees('documents', 'en');
      await glass.chooses('No, thank you');
      await glass.sees('thanks', 'en');
      await glass.touch('Finish');
      await room.touchesTheCorner();
      const code = readFileSync(join(machine.data, 'setup-code'), 'utf8').trim();
      expect(await room.asks('set-up', { code, name: 'Lina', pin })).toEqual(ok);
      expect(await room.asks('do', { do: 'add-person', name: 'Wang', role: 'collector', pin: otherPin })).toEqual(ok);
      await room.sees('home');

      await machine.hand('acceptor', { action: 'remove cashbox' });
      const collection = await room.slip(/^机器/);
      expect(collection).toEqual(expect.arrayContaining(['钱箱取出单', '钱箱B00001']));
      expect(collection.join('\n')).not.toContain('100.00');
      await room.touch(words.seal);
      await room.types(words.sealNumber, 'AB-1234');
      await room.sees('seal');
      await room.touch(words.sealDo);
      await room.says(words.sealedAs('AB-1234'));
      await room.touch(words.done);
      await machine.hand('acceptor', { action: 'insert cashbox' });

      await room.touch(words.countIt);
      await room.sees('count');
      await room.types(words.sealNumber, 'AB-1234');
      await room.touch(words.compare);
      await room.says(words.problems['second-needed']);
      expect(await page.locator('main').textContent()).not.toContain(words.expected);
      await room.types(words.number, '2');
      await room.types(words.pin, otherPin);
      await room.touch(words.compare);
      await room.says(words.caseOpened('C00001'));
      await room.says('−¥100.00');
      const count = await room.slip('现金清点单', /^机器/);
      expect(count.join('\n')).toMatch(/AB-1234[\s\S]*100\.00.*0\/1\/-1[\s\S]*-.*100\.00/);
      await room.touch(words.done);
      await room.touch(words.moves);
      await room.says(words.movePapers.printed);
      await room.sees('moves');
      const counted = (await machine.entries()).find(({ kind }) => kind === 'cash.counted');
      expect(counted?.body).toMatchObject({
        bag: 'B00001',
        seal: 'AB-1234',
        difference: -10_000,
        by: '1',
        second: '2',
      });
      await room.touch(words.back);
      await room.logsOut();
    },
  );

  test('a case is looked into and ended as a slip, which pays at the glass, once', inTurn, async () => {
    const { machine, glass, words } = room;
    await paysInCash(glass, 'en', '1005');
    await machine.insert(5_000);
    await glass.reads('Received ¥50');
    await machine.hand('printer', { action: 'paper', value: 'out' });
    await glass.touch(/^Cancel, get a case number for ¥50/);
    await glass.touch('Yes, cancel');
    await glass.sees('case', 'en');
    await glass.touch('Go on');
    await glass.touch('Finish');
    await glass.sees('partly-available');
    await machine.hand('printer', { action: 'paper', value: 'ok' });

    await room.touchesTheCorner();
    expect(await room.asks('enter', { number: '1', pin })).toEqual(ok);
    await room.sees('home');
    await room.touch(starting(words.casesNow(0)));
    await room.sees('cases');
    await room.touch(/C00002/);
    await room.touch(words.showEvidence);
    await room.says('voucher.issued');
    await room.sees('case');
    await room.touch(words.bySlip);
    await room.types(words.number, '2');
    await room.types(words.pin, otherPin);
    await room.touch(words.bookSlip('¥50.00'));
    await room.says(words.caseWords.voucher);
    await room.sees('case');
    const paper = await room.slip(paperWords['zh-CN'].copy.replace(' ', ''), /^机器/);
    await room.logsOut();
    await room.touch(words.close);

    await confirms(glass, 'en', '1009');
    await glass.chooses('Cash slip');
    await glass.sees('voucher', 'en');
    await glass.types(behind(paper, '现金凭证号'));
    await glass.touchField('Code');
    await glass.types(behind(paper, '验证码'));
    await glass.touch('Use this cash slip');
    await glass.sees('choose', 'en');
    await glass.reads('To go');
    const entries = await machine.entries();
    expect(entries.filter(({ kind }) => kind === 'voucher.redeemed')).toHaveLength(1);
    expect(entries.filter(({ kind, body }) => kind === 'case.settled' && body.how === 'voucher')).toHaveLength(1);
  });
});
