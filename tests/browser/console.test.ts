/** Requests by hand, past the driver, as a technician sends them: real Chromium, both languages. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkWords as checkNames } from '../../kiosk/text/checks.ts';
import { requestWords } from '../../ui/staff/console-words.ts';
import { langs, pin, StaffRoom } from './staff-room.ts';

const seenMs = 60_000;
const otherPin = '481502';
const ok = expect.objectContaining({ ok: true });

describe.concurrent.each(langs)('in %s', (lang) => {
  let room: StaffRoom;
  beforeAll(async () => {
    room = await StaffRoom.open(lang);
  });
  afterAll(() => room?.close());

  const request = (name: string) => room.page.locator(`[data-request="${name}"]`);
  const send = (name: string) => room.button(`${room.consoleWords.send}: ${name}`);

  async function opensConsole(): Promise<void> {
    await room.page.locator('[data-device="acceptor"]').tap({ timeout: seenMs });
    await room.touch(room.consoleWords.title);
    await room.at('console');
  }

  test('a technician asks and reads the answer, moves only with a second one, not while the machine waits for a note; others do not', async () => {
    const { machine, page, words, consoleWords: own, checkWords } = room;
    await room.comesIn();
    expect(await room.asks('do', { do: 'add-person', name: 'Bo', role: 'technician', pin: otherPin })).toEqual(ok);
    expect(await room.asks('do', { do: 'add-person', name: 'Mei', role: 'attendant', pin })).toEqual(ok);
    await room.logsOut();
    await room.logsIn('2', otherPin);
    await page.locator('[data-device="acceptor"]').getByText(words.device.marks.ready).waitFor({ timeout: seenMs });

    await opensConsole();
    await room.says(own.never);
    await request('version').getByText(own.reads).waitFor({ timeout: seenMs });
    await request('version')
      .getByText(requestWords.version?.[lang] ?? '')
      .waitFor();
    await room.sees('console');
    await send('version').tap();
    const answer = page.locator('.console-answer').first();
    await answer.getByText(own.outcomes.answered).waitFor({ timeout: seenMs });
    expect(await answer.textContent()).toMatch(/version[\s\S]*2 Bo/);
    expect(await answer.locator('pre').textContent()).toContain('version');
    await room.sees('console');

    await send('reset').tap();
    await request('reset').waitFor({ state: 'detached' });
    await room.types(words.number, '2');
    await room.types(words.pin, otherPin);
    await room.touch(own.send);
    await room.says(words.problems['second-wrong']);
    await room.clears(words.number);
    await room.types(words.number, '1');
    await room.types(words.pin, pin);
    await room.touch(own.send);
    await answer.getByText('reset', { exact: true }).waitFor({ timeout: seenMs });
    await answer.getByText(own.outcomes.answered).waitFor({ timeout: seenMs });
    await room.touch(words.back);
    await room.touch(words.back);

    const acceptor = page.locator('[data-device="acceptor"]');
    await acceptor.getByText(words.device.marks.ready).waitFor({ timeout: seenMs });
    await room.touch(checkWords.title);
    await room.touch(`${checkWords.run}: ${checkNames['take-note'].name[lang]}`);
    await room.says(checkNames['take-note'].task[lang]);
    await room.touch(words.back);
    await opensConsole();
    await room.says(words.problems.checking);
    expect(await send('version').isDisabled()).toBe(true);
    expect(await room.asks('do', { do: 'console', device: 'acceptor', request: 'version' })).toMatchObject({
      ok: false,
      problem: 'checking',
    });
    await machine.insert(2_000);
    await machine.take('acceptor');
    await machine.until('requests again', () => send('version').isEnabled(), Boolean);
    await room.logsOut();

    await room.logsIn('3');
    await acceptor.tap({ timeout: seenMs });
    await room.says(words.device.identity);
    expect(await room.button(own.title).count()).toBe(0);
    expect(await room.asks('do', { do: 'console', device: 'acceptor', request: 'version' })).toMatchObject({
      ok: false,
      problem: 'not-allowed',
    });
    const asked = (await machine.entries()).filter(({ kind }) => kind === 'device.asked');
    expect(asked.map(({ body }) => [body.request, body.by, body.second])).toEqual([
      ['version', '2', null],
      ['reset', '2', '1'],
    ]);
  });
});
