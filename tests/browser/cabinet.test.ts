/** The cabinet's contacts, switched by hand, as the glass and the staff's page show them. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { configWith } from './machine.ts';
import { StaffRoom } from './staff-room.ts';

const seenMs = 60_000;

interface Board {
  readonly lamps: readonly { readonly name: string; readonly on: boolean }[];
}

const told = [
  {
    mains: '停电，暂停收款',
    key: '工作人员使用中',
    enter: /工作人员登录/,
  },
  {
    mains: 'Power cut: closed for now',
    key: 'In use by our staff',
    enter: /Staff log-in/,
  },
] as const;

let room: StaffRoom;

beforeAll(async () => {
  room = await StaffRoom.open('en', { config: configWith(() => {}, 'cabinet.json') });
});
afterEach(() => room?.newGlass());
afterAll(() => room?.close());

test('the cabinet says in both languages that the mains are gone, and is back with them; the key leads to the log-in', async () => {
  const { machine, page } = room;
  const closed = page.locator('.screen-out-of-service');
  await page.locator('.screen-attract, .screen-partly-available').waitFor({ timeout: seenMs });
  await machine.hand('cabinet', { action: 'mains', value: 'off' });
  await closed.waitFor({ timeout: seenMs });
  for (const { mains } of told) await closed.getByText(mains).waitFor({ timeout: seenMs });
  await machine.hand('cabinet', { action: 'mains', value: 'on' });
  await closed.waitFor({ state: 'detached', timeout: seenMs });
  await machine.hand('cabinet', { action: 'key', value: 'on' });
  await closed.waitFor({ timeout: seenMs });
  for (const { key } of told) await closed.getByText(key).waitFor({ timeout: seenMs });
  for (const { enter } of told) expect(await closed.getByRole('link').textContent()).toMatch(enter);
  await closed.getByRole('link').tap();
  await page.locator('.staff[data-at="set-up"]').waitFor({ timeout: seenMs });
  await machine.hand('cabinet', { action: 'key', value: 'off' });
});

/** Each another: one that is opened again soon after is the same tampering. */
const opened = [
  ['zh-CN', 'door'],
  ['en', 'vault'],
] as const;

test.each(opened)(
  'the staff’s page shows in %s that the %s was opened by nobody who may, until somebody has looked',
  async (lang, contact) => {
    room.speaks(lang);
    const { machine, words } = room;
    const before = (await machine.entries()).at(-1)?.seq ?? 0;
    await machine.hand('cabinet', { action: `open ${contact}` });
    await machine.until(
      'the alarm lamp blinks',
      async () => (await machine.look('devices/cabinet')).board as Board,
      ({ lamps }) => lamps.some(({ name, on }) => name === 'alarm' && on),
    );
    await room.comesIn();
    const card = room.page.locator('[data-cabinet]');
    await card.getByText(words.cabinetAlarms[contact]).waitFor({ timeout: seenMs });
    await room.sees('home');
    await room.touch(words.alarmSeen);
    await card.getByRole('alert').waitFor({ state: 'detached', timeout: seenMs });
    const [shut, open] = words.cabinetStates[contact];
    const isNow = (state: string) => card.getByText(new RegExp(`^${words.cabinetContacts[contact]}[:：]? *${state}$`));
    await isNow(open).waitFor({ timeout: seenMs });
    await machine.hand('cabinet', { action: `close ${contact}` });
    await isNow(shut).waitFor({ timeout: seenMs });
    await room.logsOut();
    const kinds = (await machine.entries()).filter(({ seq }) => seq > before).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'cabinet.tampered' || kind === 'alarm.acknowledged')).toEqual([
      'cabinet.tampered',
      'alarm.acknowledged',
    ]);
  },
);
