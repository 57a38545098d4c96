/** A device that was plugged in is used by one touch, and one that is gone again is left: real Chromium, both languages. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Program } from '../hardware/child-process.ts';
import { configWith } from './machine.ts';
import { langs, StaffRoom } from './staff-room.ts';

const seenMs = 60_000;
/** None of the simulated devices has to start up. */
const deviceAnswersMs = 5_000;

describe.concurrent.each(langs)('in %s', (lang) => {
  let room: StaffRoom;
  const plugged: Program[] = [];
  beforeAll(async () => {
    const config = configWith((document) => {
      document.staff = { twoPersons: { corrections: false, emptying: false } };
      document.limits = { ...(document.limits as object), deviceAnswersMs };
    });
    room = await StaffRoom.open(lang, { config });
  });
  afterAll(async () => {
    await Promise.all(plugged.map((one) => one.end()));
    await room?.close();
  });

  async function plugs(name: string): Promise<Program> {
    const one = new Program('scripts/simulator.ts', ['ccnet', '--speed', '50']);
    plugged.push(one);
    const { port } = await one.line({ protocol: 'ccnet' });
    symlinkSync(String(port), join(room.machine.data, 'ports', name));
    return one;
  }

  const changed = (what: string) => room.page.locator(`[data-configuration="runs"] [data-last="${what}"]`);

  /** From the staff's first page to what was found at the line of this name. */
  async function finds(name: string) {
    await room.touch(room.words.find);
    await room.touch(room.words.findStart);
    await room.button(room.words.findAgain).waitFor({ timeout: seenMs });
    return room.page.locator(`[data-port$="/ports/${name}"]`).getByRole('button', {
      name: room.configurationWords.use,
      exact: true,
    });
  }

  /** Logs in at the kiosk that has started anew, and opens the page of the search. */
  async function comesBack(): Promise<void> {
    await room.page.locator('.staff[data-at="log-in"]').waitFor({ timeout: seenMs });
    await room.logsIn('1');
    await room.touch(room.words.find);
  }

  test('one touch takes a found device into use with a new start; one that is silent then is left by the kiosk itself', async () => {
    const { machine, page, words, configurationWords: own } = room;
    await plugs('new');
    await room.comesIn();
    await (await finds('new')).tap();
    await comesBack();
    await changed('use').getByText(own.last.use('acceptor-2')).waitFor({ timeout: seenMs });
    expect(await changed('use').textContent()).toContain(own.by('1'));
    await room.button(own.undo).waitFor();
    await room.sees('find');
    await room.touch(words.back);
    const added = page.locator('[data-device="acceptor-2"]');
    await added.getByText(words.device.marks.ready).waitFor({ timeout: seenMs });

    const gone = await plugs('other');
    const use = await finds('other');
    await use.waitFor({ timeout: seenMs });
    gone.child.kill('SIGKILL');
    await use.tap();
    // It has gone back, and started anew with the one before.
    await machine.until('a start with the one before', machine.entries, (entries) => {
      const back = entries.findLast(({ kind, body }) => kind === 'config.changed' && body.what === 'went-back');
      return back !== undefined && entries.some(({ kind, seq }) => kind === 'kiosk.started' && seq > back.seq);
    });
    await comesBack();
    await changed('went-back').getByText(own.last['went-back']('acceptor-3')).waitFor({ timeout: seenMs });
    await room.says(own.why.silent('acceptor-3'));
    await room.sees('find');
    const changes = (await machine.entries()).filter(({ kind }) => kind === 'config.changed');
    expect(changes.map(({ body }) => [body.what, body.device, body.why])).toEqual([
      ['use', 'acceptor-2', null],
      ['use', 'acceptor-3', null],
      ['went-back', 'acceptor-3', 'silent'],
    ]);
  });
});
