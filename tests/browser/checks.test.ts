/** Checks as a technician runs them: real Chromium at the simulated cabinet, in both languages. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckName } from '../../kiosk/server/staff-wire.ts';
import { checkWords as names } from '../../kiosk/text/checks.ts';
import { readinessWords } from '../../kiosk/text/readiness.ts';
import { langs, StaffRoom, withCoins } from './staff-room.ts';

const seenMs = 60_000;

describe.concurrent.each(langs)('in %s', (lang) => {
  let room: StaffRoom;
  beforeAll(async () => {
    room = await StaffRoom.open(lang, { config: withCoins() });
  });
  afterAll(() => room?.close());

  const runs = (check: CheckName) => room.touch(`${room.checkWords.run}: ${names[check].name[lang]}`);

  /** Waits for the last result of a check. */
  async function ended(check: CheckName, outcome: 'passed' | 'failed'): Promise<string> {
    const row = room.page.locator(`[data-check="${check}"][data-outcome="${outcome}"]`).first();
    await row.getByText(room.checkWords.outcomes[outcome]).waitFor({ timeout: seenMs });
    return (await row.textContent()) ?? '';
  }

  test('a technician has the acceptor, the hopper, the printer and the disk moved, and what they did is read back', async () => {
    const { machine, page, words, checkWords } = room;
    const { read } = checkWords;
    await room.comesIn();
    await room.touch(words.fill);
    await machine.hand('yuan', { action: 'fill', minor: 100, count: 20 });
    await room.types('¥1.00', '20');
    await room.touch(words.review);
    await room.touch(words.bookIt);
    await room.touch(words.done);
    await room.touch(checkWords.title);
    await page.locator('[data-page="checks"] [data-check]').first().waitFor({ timeout: seenMs });
    await room.sees('checks');

    await runs('disk');
    expect(await ended('disk', 'passed')).toMatch(
      new RegExp(`${read.syncMs}[:：] ?\\d+ ms.*${read.freeBytes}[:：] ?[\\d.]+ [MG]B`),
    );

    await runs('take-note');
    await room.says(names['take-note'].task[lang]);
    await machine.insert(2_000);
    expect(await ended('take-note', 'passed')).toContain('¥20.00');
    await machine.take('acceptor');

    await runs('pay-one');
    await page.locator('[data-open="pay-one"][data-step="came"]').waitFor({ timeout: seenMs });
    await room.says(checkWords.asks['pay-one'] ?? '');
    await room.touch(checkWords.yes);
    expect(await ended('pay-one', 'passed')).toMatch(new RegExp(`¥1.00.*${read.counter}`));
    const till = await machine.journal('till');
    expect(till.find(({ unit }) => unit === 'yuan.hopper')).toMatchObject({ minor: 1_900 });

    await runs('test-page');
    await page.locator('[data-open="test-page"][data-step="number"]').waitFor({ timeout: seenMs });
    const number = /TEST-?(\d{4})/.exec((await machine.paper()).flat().join('\n'))?.[1] ?? '';
    const pad = page.locator('.check-open .pad');
    for (const sign of number) await pad.getByRole('button', { name: sign, exact: true }).tap();
    await room.touch(checkWords.send);
    expect(await ended('test-page', 'passed')).toContain(number);

    await machine.hand('printer', { action: 'paper', value: 'out' });
    await runs('test-page');
    await ended('test-page', 'failed');
    await room.sees('checks');

    await machine.hand('printer', { action: 'paper', value: 'ok' });
    await machine.until('paper', () => page.locator('[data-check="test-page"] button').isEnabled(), Boolean);
    await room.touch(checkWords.readiness);
    await page.locator('[data-verdict]').waitFor({ timeout: seenMs });
    await room.sees('readiness');
    await room.touch(checkWords.print);
    await room.says(checkWords.isPrinting);
    const own = readinessWords[lang];
    const report = await room.slip(new RegExp(`^${own.by.replace(' ', '')}`));
    const [title, passed] = [names['take-note'].name[lang], own.outcomes.passed].map((text) =>
      text.replaceAll(' ', ''),
    );
    expect(report.join('\n')).toMatch(new RegExp(`${title}[\\s\\S]*${passed}`));

    const entries = await machine.entries();
    const results = entries.filter(({ kind }) => kind === 'check.ended');
    expect(results.map(({ body }) => [body.check, body.outcome, body.by])).toEqual([
      ['disk', 'passed', '1'],
      ['take-note', 'passed', '1'],
      ['pay-one', 'passed', '1'],
      ['test-page', 'passed', '1'],
      ['test-page', 'failed', '1'],
    ]);
  });
});
