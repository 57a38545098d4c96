/** Faults of notes and coins (tests/faults.md 1–23), told one by one. Amounts in fen. */
import { expect, test } from 'vitest';
import { Scene } from './scene.ts';

test('1: power goes while a note waits undecided: it comes back and nothing is credited', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.crashAt('p', 'b1', 'note.escrowed');
  scene.insert(5_000);
  scene.back();
  scene.until('the note lies in the slot', () => scene.slot === 5_000);
  expect(scene.box).toBe(0);
  expect(scene.entries('note.stacked')).toEqual([]);
});

test('1, of the acceptor alone: the note comes back, the balance stays, and the power loss is named', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.insert(2_000);
  scene.until('the first note is credited', () => scene.credited === 2_000);
  scene.insert(5_000);
  scene.wait(200);
  scene.world.act('acceptor', { action: 'cut power' });
  scene.wait(3_000);
  scene.world.act('acceptor', { action: 'restore power' });
  scene.until('the note lies in the slot', () => scene.slot === 5_000);
  expect(scene.world.kiosk?.session?.notice).toMatchObject({ what: 'power' });
  expect(scene.credited).toBe(2_000);
});

test('2: the daemon is killed while a note waits undecided: nobody ordered it, it comes back', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.insert(2_000);
  scene.until('the first note is credited', () => scene.credited === 2_000);
  scene.crashAt('k', 'b0', 'note.escrowed');
  scene.insert(5_000);
  scene.back();
  scene.until('the note lies in the slot', () => scene.slot === 5_000);
  expect(scene.credited).toBe(2_000);
  expect(scene.stage).toBe('pay-cash');
});

test('3: power goes when the order is recorded and not sent: the note comes back, the order is closed', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.crashAt('p', 'b3', 'note.stack');
  scene.insert(5_000);
  scene.back();
  scene.until('the order is closed', () => scene.entries('note.returned').length === 1);
  expect(scene.box).toBe(0);
  expect(scene.openCases()).toEqual([]);
});

test('4 and 5: power goes behind the lever: the machine says where the note is, it is credited once, to be counted', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.crashAt('p', 'b1', 'note.stacked');
  scene.insert(5_000);
  scene.back();
  scene.until('the note is credited', () => scene.credited === 5_000);
  scene.wait(20_000);
  expect(scene.entries('note.stacked')).toMatchObject([{ minor: 5_000, evidence: 'power-up', confirmByCount: true }]);
  expect(scene.box).toBe(5_000);
  expect(scene.openCases()).toEqual(['note-to-count']);
  expect(scene.stage).toBe('case');
  scene.world.ask({ do: 'finish' });
  expect(scene.stage).toBe('pay-cash');
});

test('6: power goes behind the lever and the machine knows nothing: no credit, a case and its paper', () => {
  const scene = new Scene(false);
  scene.toCash(8_650);
  scene.crashAt('p', 'b1', 'note.stacked');
  scene.insert(5_000);
  scene.back();
  scene.until('a case is open', () => scene.openCases().length > 0);
  expect(scene.openCases()).toEqual(['note-unknown']);
  expect(scene.credited).toBe(0);
  expect(scene.stage).toBe('case');
  scene.until('its slip is printed', () => scene.entries('document.printed').length === 1);
  expect(scene.entries('document.printed')).toMatchObject([{ document: { paper: 'case' } }]);
});

test('7: the daemon is killed before the credit is on the disk: the machine still holds its word, credited once', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.crashAt('k', 'b1', 'note.stacked');
  scene.insert(5_000);
  scene.back();
  scene.until('the note is credited', () => scene.credited === 5_000);
  expect(scene.entries('note.stacked')).toMatchObject([{ evidence: 'stacked', confirmByCount: false }]);
});

test('8: the daemon is killed with the credit on the disk and not acknowledged: no second credit', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.crashAt('k', 'b3', 'note.stacked');
  scene.insert(5_000);
  scene.back();
  scene.wait(20_000);
  expect(scene.entries('note.stacked')).toHaveLength(1);
  expect(scene.credited).toBe(5_000);
});

test('9: acknowledgements are lost and the evidence comes three times: one credit', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  let lost = 0;
  const wire = scene.world.wires.acceptor;
  if (wire !== undefined) wire.swallow = (bytes) => bytes.includes(0x50) && lost++ < 3;
  scene.insert(5_000);
  scene.until('the note is in the box', () => scene.box === 5_000);
  scene.wait(10_000);
  expect(lost).toBeGreaterThanOrEqual(3);
  expect(scene.entries('note.stacked')).toHaveLength(1);
});

test('10: a machine that repeats itself says ESCROW twice: one order, one credit', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.world.act('acceptor', { action: 'misbehave', value: 'repeat' });
  scene.insert(5_000);
  scene.until('the note is credited', () => scene.credited === 5_000);
  scene.wait(10_000);
  expect(scene.entries('note.stack')).toHaveLength(1);
  expect(scene.entries('note.stacked')).toHaveLength(1);
});

test('11: the order to stack is lost and the machine gives the note back: closed as returned', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  const wire = scene.world.wires.acceptor;
  if (wire !== undefined) wire.swallow = (bytes) => bytes.includes(0x41) || bytes.includes(0x42);
  scene.insert(5_000);
  scene.until('the order is closed', () => scene.entries('note.returned').length === 1);
  scene.until('the note lies in the slot', () => scene.slot === 5_000);
  expect(scene.box).toBe(0);
  expect(scene.openCases()).toEqual([]);
});

test('12: the stacker jams after the evidence: the credit stands, cash is out of use, the rest goes another way', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.strikeAt('b3', 'note.stacked', () => scene.world.act('acceptor', { action: 'jam' }));
  scene.insert(5_000);
  scene.until('the jam is seen', () => (scene.world.kiosk?.devices.acceptor?.faults.length ?? 0) > 0);
  expect(scene.credited).toBe(5_000);
  scene.world.ask({ do: 'other-way' });
  scene.at('choose');
  scene.world.ask({ do: 'method', method: 'cash' });
  expect(scene.stage).toBe('choose');
});

test('13: the acceptor jams before the evidence, and a hand takes the note out: the machine knows nothing of it, the case stays', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.strikeAt('b5', 'stack', () => scene.world.act('acceptor', { action: 'jam' }));
  scene.insert(5_000);
  scene.until('a case is open', () => scene.openCases().includes('note-unknown'));
  scene.at('case');
  scene.world.act('acceptor', { action: 'clear jam' });
  scene.wait(30_000);
  expect(scene.box).toBe(0);
  expect(scene.credited).toBe(0);
  expect(scene.openCases()).toEqual(['note-unknown']);
  expect(scene.entries('note.returned')).toEqual([]);
  expect(scene.entries('case.resolved')).toEqual([]);
});

test('13, and the machine is switched on again with the note still before the lever: it says so, the case is closed as returned', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.strikeAt('b5', 'stack', () => scene.world.act('acceptor', { action: 'jam' }));
  scene.insert(5_000);
  scene.at('case');
  expect(scene.openCases()).toEqual(['note-unknown']);
  scene.world.act('acceptor', { action: 'cut power' });
  scene.wait(3_000);
  scene.world.act('acceptor', { action: 'restore power' });
  scene.until('its case is closed', () => !scene.openCases().includes('note-unknown'));
  expect(scene.entries('case.resolved')).toMatchObject([{ outcome: 'returned', minor: 5_000 }]);
  expect(scene.entries('note.returned')).toMatchObject([{ minor: 5_000 }]);
  expect(scene.box).toBe(0);
  expect(scene.credited).toBe(0);
});

test('13: the acceptor jams before the order, its owner cancels: nobody leaves without a number, nothing is credited', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.strikeAt('b0', 'note.accepting', () => {
    scene.world.clock.after(100, () => scene.world.act('acceptor', { action: 'jam' }));
  });
  scene.insert(5_000);
  scene.wait(2_000);
  scene.world.ask({ do: 'cancel' });
  scene.wait(5_000);
  expect(scene.stage).toBe('closing');
  scene.at('case');
  expect(scene.entries('case.opened')).toMatchObject([{ about: 'note-stuck', minor: null }]);
  scene.world.ask({ do: 'finish' });
  scene.at(null);
  expect([scene.box, scene.entries('note.stacked').length, scene.entries('voucher.issued').length]).toEqual([0, 0, 0]);
  expect(scene.openCases()).toEqual(['note-stuck']);
});

test('14: the box is full with this note: it counts, and no further one is taken', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.strikeAt('b5', 'stack', () => scene.world.act('acceptor', { action: 'stacker full', value: 'on' }));
  scene.insert(5_000);
  scene.until('the note is credited', () => scene.credited === 5_000);
  scene.wait(5_000);
  expect(scene.world.act('acceptor', { action: 'insert', minor: 1_000 }).ok).toBe(false);
});

test('15: the cash box is pulled as the order leaves and the note has not moved: it comes back, the pull is an entry, the slot is shut', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.strikeAt('b5', 'stack', () => scene.world.act('acceptor', { action: 'remove cashbox' }));
  scene.insert(5_000);
  scene.until('the order is closed', () => scene.entries('note.returned').length === 1);
  scene.until('the note lies in the slot', () => scene.slot === 5_000);
  expect(scene.entries('cashbox.removed')).toHaveLength(1);
  expect(scene.entries('note.stacked')).toEqual([]);
  expect(scene.credited).toBe(0);
  expect(scene.openCases()).toEqual(['box-unattended']);
  expect(scene.world.act('acceptor', { action: 'insert', minor: 1_000 }).ok).toBe(false);
});

test('15, pulled while the note is on its way: no evidence, so a case; with the box back in the machine gives the note back and closes it', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.strikeAt('b8', 'stack', () => scene.world.act('acceptor', { action: 'remove cashbox' }));
  scene.insert(5_000);
  scene.at('case');
  expect(scene.entries('cashbox.removed')).toHaveLength(1);
  expect(scene.openCases()).toEqual(['box-unattended', 'note-unknown']);
  expect(scene.credited).toBe(0);
  scene.world.act('acceptor', { action: 'insert cashbox' });
  scene.until('its case is closed', () => !scene.openCases().includes('note-unknown'));
  expect(scene.entries('case.resolved')).toMatchObject([{ outcome: 'returned', minor: 5_000 }]);
  scene.until('the note lies in the slot', () => scene.slot === 5_000);
  expect(scene.entries('note.stacked')).toEqual([]);
  expect(scene.box).toBe(0);
});

test('15, pulled when the evidence has come: the note counts, once, without a case of its own', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.strikeAt('b0', 'note.stacked', () => scene.world.act('acceptor', { action: 'remove cashbox' }));
  scene.insert(5_000);
  scene.until('the pull is recorded', () => scene.entries('cashbox.removed').length === 1);
  scene.world.act('acceptor', { action: 'insert cashbox' });
  scene.wait(30_000);
  expect(scene.entries('note.stacked')).toMatchObject([{ minor: 5_000, evidence: 'stacked' }]);
  expect(scene.credited).toBe(5_000);
  expect(scene.box).toBe(5_000);
  expect(scene.openCases()).toEqual(['box-unattended']);
});

test('16: a note is pulled out on its string: the row stays, a suspect row stands beside it, its value is not paid out', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.insert(2_000);
  scene.until('the first note is credited', () => scene.credited === 2_000);
  scene.insert(5_000, 'strung');
  scene.until('the suspect row stands', () => scene.entries('note.suspect').length === 1);
  scene.at('case');
  scene.world.ask({ do: 'finish' });
  scene.world.ask({ do: 'cancel' });
  scene.at('returned');
  expect(scene.entries('note.stacked')).toHaveLength(2);
  expect(scene.entries('voucher.issued')).toMatchObject([{ minor: 2_000, reason: 'cancel' }]);
  expect(scene.openCases()).toContain('note-suspect');
});

test('17: a decision that comes after the machine has lost patience is no order', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.world.delayFact = (fact) => (fact.fact === 'note.escrowed' ? 10_500 : 0);
  scene.insert(5_000);
  scene.until('the note lies in the slot', () => scene.slot === 5_000);
  scene.wait(5_000);
  expect(scene.entries('note.stack')).toEqual([]);
  expect(scene.box).toBe(0);
});

test('18: the cable is pulled between order and evidence: found again, the machine is asked and the note credited', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  const wire = scene.world.wires.acceptor;
  scene.strikeAt('b8', 'stack', () => wire?.cut());
  scene.insert(5_000);
  scene.until('the line is known to be lost', () => scene.world.kiosk?.devices.acceptor?.lost !== null);
  scene.wait(6_000);
  wire?.mend();
  scene.until('the note is credited', () => scene.credited === 5_000);
  expect(scene.entries('note.stacked')).toHaveLength(1);
});

test('20: evidence comes when its owner has gone: owed to that visit by its case, the next customer sees nothing of it', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  const wire = scene.world.wires.acceptor;
  scene.strikeAt('b8', 'stack', () => wire?.cut());
  scene.insert(5_000);
  scene.at('case');
  scene.world.ask({ do: 'finish' });
  scene.world.ask({ do: 'cancel' });
  scene.at(null);
  scene.world.ask({ do: 'begin' });
  scene.at(null);
  wire?.mend();
  scene.until('the case is settled', () => scene.entries('case.resolved').length === 1);
  expect(scene.entries('case.resolved')).toMatchObject([{ outcome: 'owed', minor: 5_000 }]);
  scene.toCash(1_000);
  expect(scene.credited).toBe(0);
});

test('21: somebody leaves with money inside: a slip of that visit, and the next one begins at nothing', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.insert(5_000);
  scene.until('the note is credited', () => scene.credited === 5_000);
  scene.until('the visit warns', () => scene.world.kiosk?.session?.warned === true);
  scene.at(null);
  expect(scene.entries('voucher.issued')).toMatchObject([{ minor: 5_000, reason: 'time-out' }]);
  scene.toCash(1_000);
  expect(scene.credited).toBe(0);
});

test('22: a note pushed in as the slot shuts is given back', () => {
  const scene = new Scene();
  scene.toCash(8_650);
  scene.insert(2_000);
  scene.until('the first note is credited', () => scene.credited === 2_000);
  scene.wait(3_000);
  scene.world.ask({ do: 'other-way' });
  const pushed = scene.world.act('acceptor', { action: 'insert', minor: 5_000 });
  expect(pushed.ok).toBe(true);
  scene.until('the note lies in the slot', () => scene.slot === 5_000);
  expect(scene.credited).toBe(2_000);
});

test('23: the denominations are others after a restart: nothing is taken, and the glass says so, with a code', () => {
  const scene = new Scene();
  scene.world.crash('p');
  scene.world.exchangeAcceptor();
  scene.until('the acceptor is judged', () => scene.world.kiosk?.devices.acceptor?.mismatch === true);
  expect(scene.openCases()).toEqual(['denominations-changed']);
  expect(scene.glass).toMatchObject({
    screen: 'out-of-service',
    since: expect.stringContaining('kiosk.denominations-changed'),
    off: '本机现在不能收：现金、现金凭证',
  });
  scene.world.ask({ do: 'begin' });
  expect(scene.stage).toBe(null);
  scene.wait(5_000);
  expect(scene.world.act('acceptor', { action: 'insert', minor: 5_000 }).ok).toBe(false);
});

test('23, and a person wants the new ones: notes are taken by them, after a restart too', () => {
  const scene = new Scene();
  scene.world.crash('p');
  scene.world.exchangeAcceptor();
  scene.until('there is something to confirm', () => scene.world.confirmTable());
  expect(scene.openCases()).toEqual([]);
  expect(scene.entries('device.known')).toMatchObject([{ device: 'acceptor' }, { by: 'technician' }]);
  scene.world.crash('k');
  scene.back();
  scene.toCash(8_650);
  scene.insert(5_000);
  scene.until('the note is credited', () => scene.credited === 5_000);
  scene.until('the note is in the box', () => scene.box === 5_000);
});

test('6, and the daemon is killed afterwards: that the machine is empty now is no proof that the note came back', () => {
  const scene = new Scene(false);
  scene.toCash(8_650);
  scene.crashAt('p', 'b1', 'note.stacked');
  scene.insert(1_000);
  scene.back();
  scene.until('a case is open', () => scene.openCases().includes('note-unknown'));
  scene.world.crash('k');
  scene.back();
  scene.wait(20_000);
  expect(scene.entries('note.returned')).toEqual([]);
  expect(scene.openCases()).toEqual(['note-unknown']);
});
