/** A day with both wallets, closed by itself, and what they say of it the next morning: real Chromium, both languages. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beginsMs, beijingDay } from '../../kiosk/statements/day.ts';
import { readyAfterMs } from '../../kiosk/statements/statements.ts';
import { wordsOf } from './customer.ts';
import { langs, StaffRoom, starting } from './staff-room.ts';
import { freePorts } from '../free-port.ts';
import { kioskWith } from './wallet-kiosk.ts';

type Json = Readonly<Record<string, unknown>>;
type Wallet = 'alipay' | 'wechat';

const hourMs = 3_600_000;
const seenMs = 60_000;
const day = beijingDay(Date.now());
const afternoonMs = beginsMs(day) + 15 * hourMs;
/** Both wallets have their statements by now, and the kiosk has not asked for them by itself yet. */
const nextMorningMs = beginsMs(day) + readyAfterMs - 480_000;

describe.concurrent.each(langs)('in %s', (lang) => {
  let room: StaffRoom;
  beforeAll(async () => {
    room = await StaffRoom.open(lang, { config: kioskWith(await freePorts(2)), startsAtMs: afternoonMs });
  });
  afterAll(() => room?.close());

  /** A bill and a code of the wallet are held to the scanner. */
  async function pays(number: string, wallet: Wallet): Promise<void> {
    const { machine, glass } = room;
    const own = wordsOf['zh-CN'];
    await glass.page.locator('.screen-attract, .screen-partly-available').waitFor({ timeout: seenMs });
    await machine.hand('scanner', { action: 'scan', text: number });
    await glass.sees('review', 'zh-CN');
    await glass.touch(own.pay);
    await glass.sees('choose', 'zh-CN');
    await machine.wallet(wallet, { action: 'show code' });
    const { phone } = (await machine.look(`services/${wallet}`)) as { phone: { code: { text: string } } };
    await machine.hand('scanner', { action: 'scan', text: phone.code.text });
    await glass.sees('settled', 'zh-CN');
    await glass.touch(own.next);
    await glass.sees('documents', 'zh-CN');
    await glass.chooses('不需要');
    await glass.sees('thanks', 'zh-CN');
    await glass.touch(own.finish);
    await glass.page.locator('.screen-attract, .screen-partly-available').waitFor({ timeout: seenMs });
  }

  const statement = (wallet: Wallet) => room.page.locator(`[data-statement="${wallet} ${day}"]`);

  async function fetches(wallet: Wallet, wrong: 'off' | 'not-ready' | 'amount', state: string): Promise<void> {
    const mood: Json = wrong === 'off' ? { value: 'off' } : { value: 'statement', text: wrong };
    await room.machine.wallet(wallet, { action: 'misbehave', ...mood });
    await statement(wallet).getByRole('button', { name: room.words.fetchNow }).tap({ timeout: seenMs });
    await room.page.locator(`[data-statement="${wallet} ${day}"][data-state="${state}"]`).waitFor({ timeout: seenMs });
  }

  test('a day that was closed by itself is compared with the statements of the next morning, row by row, and what differs is listed and a case', async () => {
    const { machine, words } = room;
    await pays('1013', 'alipay');
    await pays('1017', 'alipay');
    await pays('1021', 'wechat');
    await room.comesIn();
    await room.touch(words.statements);
    await statement('alipay').getByText(words.statementStates.waiting).waitFor({ timeout: seenMs });
    expect(await statement('alipay').textContent()).toContain(`¥173.00 · ${words.payments(2)}`);
    expect(await statement('alipay').getByRole('button', { name: words.fetchNow }).count()).toBe(0);
    await room.touch(words.back);
    await room.logsOut();

    machine.setClock(nextMorningMs);
    await room.newGlass();
    await room.comesIn();
    await room.touch(words.statements);
    await fetches('alipay', 'not-ready', 'waiting');
    await statement('alipay')
      .getByText(words.statementTries(1, words.statementWhys['not-ready']))
      .waitFor({ timeout: seenMs });
    await room.sees('statements');
    await fetches('wechat', 'off', 'matches');
    await statement('wechat').getByText(words.statementStates.matches).waitFor();
    await fetches('alipay', 'amount', 'differs');
    const differing = statement('alipay');
    await differing.getByText(words.closeCase('C00001')).waitFor();
    expect(await differing.textContent()).toMatch(
      new RegExp(`¥173.00 · ${words.payments(2)}.*¥174.00 · ${words.payments(2)}`),
    );
    await differing.getByRole('button', { name: words.statementShow(1) }).tap();
    const row = differing.locator('[data-row="amount"]');
    await row.getByText(starting(words.statementRows.amount)).waitFor({ timeout: seenMs });
    expect(await row.locator('.figure').allTextContents()).toEqual(['¥86.50', '¥87.50']);
    await room.sees('statements');
    await room.touch(words.back);

    await room.touch(words.day.title);
    const z = room.page.locator('[data-z="1"]');
    await z.getByText(words.day.itself).waitFor({ timeout: seenMs });
    await z.getByRole('button', { name: words.day.show }).tap({ timeout: seenMs });
    await z
      .getByText(words.day.later(words.methods.alipay, '¥174.00', '+¥1.00'))
      .first()
      .waitFor({ timeout: seenMs });
    await room.sees('day');
    await room.touch(words.back);
    await room.touch(words.casesNow(1));
    await room.touch(/C00001/);
    await room.says(words.abouts['statement-differs']);
    await room.sees('case');
    const matched = (await machine.entries()).filter(({ kind }) => kind === 'statement.matched');
    expect(matched.map(({ body }) => [body.device, (body.differences as Json[]).length])).toEqual([
      ['wechat', 0],
      ['alipay', 1],
    ]);
  });
});
