import { cleanup, fireEvent, render, screen, within } from '@testing-library/preact';
import { afterEach, expect, test, vi } from 'vitest';
import type { Role, StaffTill } from '../../kiosk/server/staff-wire.ts';
import { rightsOf } from '../../kiosk/staff/rights.ts';
import { alarmTill, lockedTill, till, troubledTill } from '../../scripts/screens/staff-desk.ts';
import { type Page, PlaceProvider, placeOf } from '../../ui/staff/desk.ts';
import { Home } from '../../ui/staff/pages/home.tsx';
import { words } from '../../ui/staff/text.ts';
import { staffNow } from './staff-now.ts';

afterEach(cleanup);

function home(role: Role, shown: StaffTill = till): Page[] {
  const went: Page[] = [];
  const now = staffNow(role, rightsOf(role));
  const place = placeOf({ now, lang: 'en', words: words.en, go: (page) => went.push(page), changed: () => {} });
  render(
    <PlaceProvider value={place}>
      <Home till={shown} />
    </PlaceProvider>,
  );
  return went;
}

const acts = () => within(screen.getByRole('navigation', { name: words.en.acts }));

test('the acts of an administrator stand in groups, and the foot of the glass leads to each of them', () => {
  const went = home('administrator', troubledTill);
  const { cash, customers, books, machines, people } = words.en.actGroups;
  expect(
    acts()
      .getAllByRole('heading')
      .map((heading) => heading.textContent?.trim()),
  ).toEqual([cash, customers, books, machines, people]);
  for (const link of screen.getAllByRole('link')) {
    const group = document.querySelector(link.getAttribute('href') ?? '');
    expect(group?.querySelector('h2')?.textContent?.trim()).toBe(link.textContent?.trim());
    expect(group?.querySelectorAll('button').length).toBeGreaterThan(0);
  }
  const names = acts()
    .getAllByRole('button')
    .map((button) => button.textContent);
  expect(new Set(names).size).toBe(names.length);
  fireEvent.click(acts().getByRole('button', { name: words.en.confirmTable }));
  expect(went).toEqual([{ at: 'confirm-table' }]);
});

test('a customer who waits for a refund is counted at its act, and what is in a box is told in pieces alone', () => {
  home('attendant', { ...till, refunds: 1 });
  acts().getByRole('button', { name: words.en.refundsNow(1) });
  expect(words.en.refundsNow(1)).toContain('1');
  const box = document.querySelector('[data-unit="acceptor.box"]');
  expect(box?.textContent).toContain(words.en.piecesInside(68, 600));
  expect(box?.textContent).not.toContain('¥');
});

test('who may do little sees one list', () => {
  home('technician', { ...till, terminals: [], wallets: false });
  expect(acts().getAllByRole('heading')).toHaveLength(1);
  expect(screen.queryByRole('link')).toBeNull();
});

test('a report that is not on paper yet is said, and printed by one touch, by whoever reads days', async () => {
  const asked: unknown[] = [];
  vi.stubGlobal('fetch', async (_: string, { body }: RequestInit) => {
    asked.push(JSON.parse(String(body)));
    return Response.json({ ok: true });
  });
  home('collector');
  const owed = within(document.querySelector<HTMLElement>('[data-owed="41"]')!);
  owed.getByRole('heading', { name: words.en.day.owed(41) });
  owed.getByText(words.en.day.moreOwed(2));
  fireEvent.click(owed.getByRole('button', { name: words.en.day.print }));
  await owed.findByText(words.en.day.sent);
  expect(asked).toEqual([{ do: 'print-z', z: 41, lang: 'en' }]);
  cleanup();
  home('collector', { ...till, zOwed: { z: 41, perhaps: true, more: 0 } });
  screen.getByRole('heading', { name: words.en.day.perhapsOwed(41) });
  screen.getByRole('button', { name: words.en.day.printCopy });
  cleanup();
  home('technician');
  expect(document.querySelector('[data-owed]')).toBeNull();
  vi.unstubAllGlobals();
});

test('that the office has closed it is said with the hour and the order, and ended by one touch, by who may', async () => {
  const asked: unknown[] = [];
  vi.stubGlobal('fetch', async (_: string, { body }: RequestInit) => {
    asked.push(JSON.parse(String(body)));
    return Response.json({ ok: true });
  });
  const open = { name: words.en.lockedOpen };
  home('technician', lockedTill);
  screen.getByRole('heading', { name: words.en.locked });
  expect(document.querySelector('[data-locked]')?.textContent).toContain(String(lockedTill.locked?.order));
  fireEvent.click(screen.getByRole('button', open));
  await vi.waitFor(() => expect(asked).toEqual([{ do: 'unlock' }]));
  cleanup();
  home('attendant', lockedTill);
  screen.getByRole('heading', { name: words.en.locked });
  expect(screen.queryByRole('button', open)).toBeNull();
  cleanup();
  home('technician');
  expect(document.querySelector('[data-locked]')).toBeNull();
  vi.unstubAllGlobals();
});

test('an alarm stands above the cabinet, and the contacts say what is open or gone by a sign and a word', () => {
  home('technician', alarmTill);
  const alarm = document.querySelector('[data-cabinet]')!;
  const cabinet = screen.getByRole('region', { name: words.en.device.cabinet });
  expect(alarm.compareDocumentPosition(cabinet) & Node.DOCUMENT_POSITION_FOLLOWING).not.toBe(0);
  expect(within(alarm as HTMLElement).getByRole('alert').textContent).toContain(words.en.cabinetAlarms.vault);
  const looks = [...alarm.querySelectorAll('.contact')].map(
    (contact) =>
      `${contact.textContent} ${contact.getAttribute('data-look')} ${contact.querySelectorAll('svg').length}`,
  );
  expect(looks).toEqual([
    'Door: open open 1',
    'Vault: open open 1',
    'Mains: gone bad 1',
    'Battery: low bad 1',
    'Key: service service 1',
    'Temperature: 23.1\u00a0°C warmth 1',
  ]);
  cleanup();
  home('technician');
  expect(
    document
      .querySelector('[data-cabinet]')!
      .compareDocumentPosition(screen.getByRole('region', { name: words.en.device.cabinet })) &
      Node.DOCUMENT_POSITION_PRECEDING,
  ).not.toBe(0);
});
