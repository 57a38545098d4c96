/** Faults of papers, vouchers, disk and biller (tests/faults.md 40–54), told one by one. Amounts in fen. */
import { expect, test } from 'vitest';
import { Scene } from './scene.ts';

/** Somebody pays too much and holds a slip: its serial. */
function paidWithSlip(scene: Scene, bill: number, note: number): string {
  scene.toCash(bill);
  scene.insert(note);
  scene.at('settled');
  const serial = scene.entries('voucher.issued').at(-1)?.serial ?? '';
  scene.world.ask({ do: 'finish' });
  scene.at('documents');
  scene.world.ask({ do: 'document', choice: 'none' });
  scene.at('thanks');
  scene.world.ask({ do: 'finish' });
  scene.at(null);
  return serial;
}

test('40: paper runs out before the receipt: the payment is final, the receipt goes to the phone', () => {
  const scene = new Scene();
  scene.toCash(5_000);
  scene.insert(5_000);
  scene.at('settled');
  scene.world.ask({ do: 'finish' });
  scene.at('documents');
  scene.world.act('printer', { action: 'paper', value: 'out' });
  scene.wait(3_000);
  scene.world.ask({ do: 'document', choice: 'paper' });
  expect(scene.world.kiosk?.session?.stage).toMatchObject({ at: 'documents', noPaper: true });
  scene.world.ask({ do: 'document', choice: 'phone' });
  expect(scene.world.kiosk?.session?.stage).toMatchObject({ at: 'documents', phone: true });
  expect(scene.entries('sale.paid')).toMatchObject([{ minor: 5_000, receipt: 'R000001' }]);
});

test('40: paper runs out before the slip: nothing of it came out, so what comes with new paper is the original', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.strikeAt('b3', 'note.stack', () => scene.world.act('printer', { action: 'paper', value: 'out' }));
  scene.insert(10_000);
  scene.at('case');
  scene.wait(10_000);
  scene.world.act('printer', { action: 'paper', value: 'ok' });
  scene.at('settled');
  const prints = scene.entries('document.print').filter(({ document }) => document.paper === 'voucher');
  expect(prints.map(({ copy }) => copy)).toEqual([false, false]);
  expect(scene.entries('document.refused')).toHaveLength(1);
  expect(scene.entries('case.resolved')).toMatchObject([{ outcome: 'printed' }]);
});

test('7: the daemon is killed with the last note in the box: its slip waits until the printer has answered, and is printed once', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.crashAt('k', 'b1', 'note.stacked');
  scene.insert(10_000);
  scene.back();
  scene.at('settled');
  expect(scene.entries('document.print').map(({ copy }) => copy)).toEqual([false]);
  expect(scene.entries('case.opened')).toEqual([]);
});

test('41: the printer loses power inside a slip: a case at once, then a marked copy of the same number', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.strikeAt('b5', 'print-data', () => {
    scene.world.act('printer', { action: 'cut power' });
    scene.world.clock.after(5_000, () => scene.world.act('printer', { action: 'restore power' }));
  });
  scene.insert(10_000);
  scene.at('case');
  expect(scene.openCases()).toEqual(['voucher-not-printed']);
  scene.at('settled');
  const prints = scene.entries('document.print').filter(({ document }) => document.paper === 'voucher');
  expect(prints.map(({ copy }) => copy)).toEqual([false, true]);
  expect(scene.entries('voucher.issued')).toHaveLength(1);
  expect(scene.entries('case.resolved')).toMatchObject([{ outcome: 'printed' }]);
});

test('42: the daemon is killed while a slip prints: the same number again as a copy, never a second value', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.crashAt('k', 'b5', 'print-data');
  scene.insert(10_000);
  scene.back();
  scene.at('settled');
  expect(scene.entries('voucher.issued')).toMatchObject([{ serial: '000001', minor: 1_350, reason: 'change' }]);
  expect(scene.entries('document.print').at(-1)).toMatchObject({ copy: true, document: { serial: '000001' } });
});

test('43: a slip counts once; whoever holds it hears when and where it was used, and a wrong code hears nothing of it', () => {
  const scene = new Scene();
  const serial = paidWithSlip(scene, 8_650, 10_000);
  scene.toChoice(1_350);
  scene.type(serial);
  scene.at('settled');
  scene.world.ask({ do: 'finish' });
  scene.world.ask({ do: 'document', choice: 'none' });
  scene.world.ask({ do: 'finish' });
  scene.at(null);
  scene.toChoice(1_350);
  scene.type(serial);
  expect(scene.world.kiosk?.session?.stage).toEqual({
    at: 'voucher',
    problem: { why: 'spent', kiosk: 'LAB-01', at: expect.stringMatching(/^2026-03-31T01:00:/) },
  });
  scene.world.ask({ do: 'voucher', serial, code: 'AAAAAAAAAA' });
  expect(scene.world.kiosk?.session?.stage).toEqual({ at: 'voucher', problem: 'refused' });
  expect(scene.entries('voucher.redeemed')).toHaveLength(1);
});

test('a slip worth more than the bill comes back as a slip for the rest', () => {
  const scene = new Scene();
  const serial = paidWithSlip(scene, 1_000, 10_000);
  scene.toChoice(2_505);
  scene.type(serial);
  scene.at('settled');
  expect(scene.entries('voucher.issued').at(-1)).toMatchObject({ minor: 6_495, reason: 'change' });
  expect(scene.entries('sale.paid').at(-1)).toMatchObject({
    rounding: 0,
    tenders: [{ method: 'voucher', minor: 9_000 }],
  });
});

test('a note first and a slip for the rest: what cash pays is rounded, and nothing is owed the wrong way round', () => {
  const scene = new Scene();
  const serial = paidWithSlip(scene, 6_350, 10_000);
  scene.toCash(8_655);
  scene.insert(5_000);
  scene.until('the note is credited', () => scene.credited === 5_000);
  scene.world.ask({ do: 'other-way' });
  scene.at('choose');
  scene.type(serial);
  scene.until('the sale is paid', () => scene.entries('sale.paid').length === 2);
  expect(scene.entries('sale.paid').at(-1)).toMatchObject({ minor: 8_655, rounding: -5, change: { voucher: 0 } });
});

test('a slip for part of a bill and a change of mind: all of it comes back as one new slip', () => {
  const scene = new Scene();
  const serial = paidWithSlip(scene, 8_650, 10_000);
  scene.toChoice(8_650);
  scene.type(serial);
  scene.at('choose');
  scene.world.ask({ do: 'cancel' });
  scene.at('returned');
  expect(scene.entries('voucher.issued').at(-1)).toMatchObject({ serial: '000002', minor: 1_350, reason: 'cancel' });
});

test('45: the sync of an order fails: the note goes back, this process never writes again, the next one goes on', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.strikeAt('b1', 'note.escrowed', () => scene.world.disk.failNextSync('EIO', false));
  scene.insert(5_000);
  scene.back();
  scene.until('the note lies in the slot', () => scene.slot === 5_000);
  scene.wait(5_000);
  expect(scene.entries('note.stacked')).toEqual([]);
  expect(scene.box).toBe(0);
});

test('47: the clock jumps five years ahead in the middle of a payment: nothing times out', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.insert(5_000);
  scene.until('the note is credited', () => scene.credited === 5_000);
  scene.world.clock.jumpWall(5 * 365 * 86_400_000);
  scene.wait(10_000);
  expect(scene.stage).toBe('pay-cash');
  expect(scene.credited).toBe(5_000);
});

test('the power is gone for days with money inside: nobody waits there, it is owed by a case and nothing is printed', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.insert(5_000);
  scene.until('the note is credited', () => scene.credited === 5_000);
  scene.world.crash('p');
  scene.world.clock.jumpWall(3 * 86_400_000);
  scene.until('the daemon runs again', () => scene.world.kiosk !== null);
  scene.at(null);
  expect(scene.entries('voucher.issued')).toMatchObject([{ minor: 5_000, reason: 'time-out' }]);
  expect(scene.openCases()).toEqual(['voucher-not-printed']);
  expect(scene.entries('document.print')).toEqual([]);
});

test('50 and 54: the biller is down, or answers nonsense: no sale, and the customer is told which', () => {
  const scene = new Scene();
  for (const [mood, why] of [
    ['down', 'down'],
    ['nonsense', 'none'],
  ] as const) {
    scene.world.biller.mood = mood;
    scene.world.ask({ do: 'begin' });
    scene.world.ask({ do: 'task', task: 'pay-bill' });
    scene.world.ask({ do: 'find-bill', number: '1001' });
    scene.until('an answer', () => {
      const stage = scene.world.kiosk?.session?.stage;
      return stage?.at === 'find-bill' && stage.lookup === null;
    });
    expect(scene.world.kiosk?.session?.stage).toMatchObject({ at: 'find-bill', problem: { why } });
    scene.world.ask({ do: 'cancel' });
    scene.at(null);
  }
  expect(scene.entries('sale.opened')).toEqual([]);
});

test('51: the amount changes at the re-check: a new review, nothing taken', () => {
  const scene = new Scene();
  const { world } = scene;
  const bill = world.biller.issue(8_650);
  world.ask({ do: 'begin' });
  world.ask({ do: 'task', task: 'pay-bill' });
  world.ask({ do: 'find-bill', number: bill });
  scene.at('review');
  world.biller.mood = 'changes';
  world.ask({ do: 'confirm-bill' });
  scene.until('the new amount', () => {
    const stage = world.kiosk?.session?.stage;
    return stage?.at === 'review' && stage.wasMinor === 8_650;
  });
  expect(scene.entries('sale.opened')).toEqual([]);
});

test('52: the answer to a payment is lost: asked again with the same number, booked once, over a restart too', () => {
  const scene = new Scene();
  scene.world.biller.mood = 'forgets';
  scene.toCash(5_000);
  scene.insert(5_000);
  scene.at('settled');
  scene.wait(5_000);
  scene.world.crash('k');
  scene.back();
  scene.world.biller.mood = 'well';
  scene.until('the payment is answered', () => scene.entries('bill.posted').length === 1);
  expect(scene.world.biller.ledger.size).toBe(1);
  expect(scene.entries('bill.post')).toHaveLength(1);
});

test('53: the biller refuses what was paid: the money comes back as a slip, with a case', () => {
  const scene = new Scene();
  scene.world.biller.mood = 'refuses';
  scene.toCash(5_000);
  scene.insert(5_000);
  scene.at('case');
  expect(scene.entries('refund.done')).toMatchObject([{ method: 'voucher', minor: 5_000 }]);
  expect(scene.entries('voucher.issued')).toMatchObject([{ minor: 5_000, reason: 'refund' }]);
  expect(scene.openCases()).toEqual(['post-refused']);
});

test('a payment that nobody confirms for hours becomes a case, and ends with the answer', () => {
  const scene = new Scene();
  scene.toCash(5_000);
  scene.world.biller.mood = 'down';
  scene.insert(5_000);
  scene.at('settled');
  scene.wait(2 * 3_600_000 + 60_000);
  expect(scene.openCases()).toEqual(['post-unanswered']);
  scene.world.biller.mood = 'well';
  scene.until('the payment is answered', () => scene.entries('bill.posted').length === 1);
  expect(scene.openCases()).toEqual([]);
});
