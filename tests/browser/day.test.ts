/** A day is closed as a person would, in both languages: real Chromium, the whole machine, and paper from the bench. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paperWords } from '../../kiosk/text/paper.ts';
import { dayWords } from '../../kiosk/text/day.ts';
import { langs, StaffRoom } from './staff-room.ts';

const seenMs = 60_000;
const withoutBlanks = (text: string) => text.replace(/\s/g, '');

describe.concurrent.each(langs)('in %s', (lang) => {
  let room: StaffRoom;
  beforeAll(async () => {
    room = await StaffRoom.open(lang);
  });
  afterAll(() => room?.close());

  test('a collector prints X, closes the day, finds its report listed, and prints it again as a copy', async () => {
    const { machine, page, words } = room;
    const own = words.day;
    const printed = dayWords[lang];
    await room.comesIn();
    await room.takesOn({ name: 'BO', role: 'collector' }, '2');
    await room.logsOut();
    await room.logsIn('2');
    await room.touch(own.title);
    await room.says(own.noneClosed);
    await room.sees('day');
    await room.touch(own.printX);
    await room.slip(withoutBlanks(printed.x), withoutBlanks(printed.notClosed));

    await room.touch(own.close);
    await room.says(own.questionText);
    await room.touch(own.closeNow(1));
    await room.says(own.done(1));
    const row = page.locator('[data-z="1"]');
    await row.getByText(`· ${own.papers.out}`).waitFor({ timeout: seenMs });
    const [signature, key] = [printed.signature, printed.key].map((name) => new RegExp(`^${name}[0-9a-f]{16}$`));
    await room.slip(withoutBlanks(printed.z('1')), signature as RegExp, key as RegExp);

    await row.getByRole('button', { name: own.show, exact: true }).tap();
    await row.getByText(own.liability).waitFor();
    await room.sees('day');
    await row.getByRole('button', { name: own.printCopy }).tap({ timeout: seenMs });
    await room.slip(withoutBlanks(printed.z('1')), withoutBlanks(paperWords[lang].copy));

    await room.touch(own.close);
    await room.says(own.questionEmpty(1));
    await room.touch(own.closeNow(2));
    await room.says(own.done(2));
    await page.locator('[data-z="2"]').waitFor({ timeout: seenMs });
    expect(await machine.journal('verify')).toMatchObject([{ ok: true, signatures: 'valid' }]);
  });
});
