/** Which denominations a device takes. They are recorded once; others later are taken only when a person says so. */
import type { Denomination, DeviceFact } from '../../../hardware/device.ts';
import type { FactBody } from '../../fact.ts';
import { deviceState } from '../../device-state.ts';
import { caseAbout, openCase, put, type Turn } from '../../turn.ts';

/** A device has said what it takes. Nothing is credited by position: with another table than recorded it takes nothing. */
export function tableSeen(turn: Turn, seen: Extract<DeviceFact, { fact: 'device.identified' }>): void {
  const { device, serial, denominations } = seen;
  const known = turn.kiosk.known[device];
  if (known === undefined && denominations.length > 0) {
    put(turn, { kind: 'device.known', device, serial, denominations });
  }
  const mismatch = known !== undefined && !sameTable(known, denominations);
  put(turn, { kind: 'device.changed', device, change: { to: 'identified', denominations, mismatch } });
  if (!mismatch) tableAgreed(turn, device);
  else if (caseAbout(turn.kiosk, device) === null) {
    openCase(turn, 'denominations-changed', { session: null, sale: null, minor: null, subject: device });
  }
}

/** A person has looked at the new table and wants it. It counts only when it is still the one that the device has. */
export function tableConfirmed(turn: Turn, confirmed: Extract<FactBody, { fact: 'table.confirmed' }>): void {
  const { device, serial, denominations, by } = confirmed;
  const state = deviceState(turn.kiosk, device);
  if (!state.mismatch || denominations.length === 0 || !sameTable(state.denominations, denominations)) return;
  put(turn, { kind: 'device.known', device, serial, denominations, by });
  put(turn, { kind: 'device.changed', device, change: { to: 'identified', denominations, mismatch: false } });
  tableAgreed(turn, device);
}

function tableAgreed(turn: Turn, device: string): void {
  const open = caseAbout(turn.kiosk, device);
  const { currency } = turn.kiosk.rules;
  if (open !== null) put(turn, { kind: 'case.resolved', case: open, outcome: 'explained', currency, minor: null });
}

/** The same values in the same places. */
function sameTable(one: readonly Denomination[], other: readonly Denomination[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ currency, minor }, at) => currency === other[at]?.currency && minor === other[at]?.minor)
  );
}
