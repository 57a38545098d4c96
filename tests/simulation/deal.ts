/**
 * Which run a seed is: every fourth plays a kiosk that takes cards and wallets too, with the faults of those. One in thirteen,
 * prime to all else that takes turns, is of customers who pay several bills together instead, one in seventeen of customers who
 * want it back, and one in nineteen of doubts that the window pays out; in one of twenty-three the cabinet's mains go and its
 * vault is opened, in one of twenty-nine people close the day all the time, in one of thirty-one it ends by itself, in one of
 * thirty-seven boxes and cases are in the hands of people, in one of forty-three a technician checks machines that pay out, in one
 * of forty-seven the card terminal closes days of which nobody hears, and in one of fifty-three the acceptor alone loses its power,
 * in one of fifty-nine days go by and the wallets tell of them, in one of sixty-one a box is changed whose machine does not
 * tell, in one of sixty-seven customers bring slips of another kiosk, in another of them the office orders, and in one of seventy-one the
 * clock steps and an office tells of it. Of the others every sixteenth is of customers who buy goods.
 */
import { chargeRows, unheardDayRows } from './charge-faults.ts';
import { checkRows } from './check-faults.ts';
import { boxRows } from './box-faults.ts';
import { clockRows } from './clock-faults.ts';
import { closeRows, nightRows } from './day-faults.ts';
import { custodyRows } from './custody.ts';
import { dipRows } from './dip-faults.ts';
import { doubtRows } from './doubt-faults.ts';
import { othersRows } from './others-faults.ts';
import { mainsRows } from './mains-faults.ts';
import { goodsRows } from './goods-faults.ts';
import { type FaultRow, faultRows } from './faults.ts';
import { remoteRows } from './remote-faults.ts';
import { refundRows } from './refund-faults.ts';
import { statementRows } from './statement-faults.ts';
import { severalChargeRows, severalRows } from './several-faults.ts';

const every = 4;
const everySeveral = 13;
const everyCustody = 37;
const custody = 11;
/** The first of them. */
const several = 5;
const everyRefund = 17;
const refund = 3;
const everyDoubt = 19;
const doubt = 7;
const everyCheck = 43;
const check = 11;
const everyUnheardDay = 47;
const unheardDay = 11;
const everyDip = 53;
const dipAt = 11;
const everyStatement = 59;
const statementAt = 11;
const everyBox = 61;
const boxAt = 17;
const everyOthers = 67;
const othersAt = 29;
const remoteAt = 19;
const everyClock = 71;
const clockAt = 23;
const everyMains = 23;
const mainsAt = 9;
const everyClose = 29;
const closeAt = 11;
const everyNight = 31;
const nightAt = 13;
const everyGoods = 16;
const goodsAt = 5;

export interface Deal {
  readonly rows: readonly FaultRow[];
  /** Which run of its kind it is. */
  readonly number: number;
  readonly charges: boolean;
  /**
   * several: they bring several bills. refunds: they come back with their receipts. buyers: they want goods. doubtful: the network
   * is often gone. mains: the cabinet has an I/O module that tells when its mains go. closed: the day is, by hand. night: it ends.
   * custody: boxes are sealed, cases ended. technicians: machines are checked between visits. terminals: they close their days, and
   * nobody hears of it. dips: the acceptor alone is without power for a moment. statements: days
   * go by, and the wallets tell of them. boxes: that of the coin acceptor is changed, and only people can tell. others: they bring
   * slips that another kiosk gave out. ordered: the office
   * orders all the time. clocks: the kiosk's is off for a while.
   */
  readonly who:
    | 'payers'
    | 'several'
    | 'refunds'
    | 'buyers'
    | 'doubtful'
    | 'mains'
    | 'closed'
    | 'night'
    | 'custody'
    | 'technicians'
    | 'terminals'
    | 'dips'
    | 'statements'
    | 'boxes'
    | 'others'
    | 'ordered'
    | 'clocks';
}

export function deal(seed: number): Deal {
  if (seed % everyCustody === custody) {
    return { rows: custodyRows, number: Math.floor(seed / everyCustody), charges: false, who: 'custody' };
  }
  if (seed % everySeveral === several) {
    const turn = Math.floor(seed / everySeveral);
    const charges = turn % 2 === 1;
    return { rows: charges ? severalChargeRows : severalRows, number: Math.floor(turn / 2), charges, who: 'several' };
  }
  if (seed % everyRefund === refund) {
    return { rows: refundRows, number: Math.floor(seed / everyRefund), charges: true, who: 'refunds' };
  }
  if (seed % everyDoubt === doubt) {
    return { rows: doubtRows, number: Math.floor(seed / everyDoubt), charges: true, who: 'doubtful' };
  }
  if (seed % everyCheck === check) {
    return { rows: checkRows, number: Math.floor(seed / everyCheck), charges: false, who: 'technicians' };
  }
  if (seed % everyUnheardDay === unheardDay) {
    return { rows: unheardDayRows, number: Math.floor(seed / everyUnheardDay), charges: true, who: 'terminals' };
  }
  if (seed % everyDip === dipAt) {
    return { rows: dipRows, number: Math.floor(seed / everyDip), charges: false, who: 'dips' };
  }
  if (seed % everyStatement === statementAt) {
    return { rows: statementRows, number: Math.floor(seed / everyStatement), charges: true, who: 'statements' };
  }
  if (seed % everyBox === boxAt) {
    return { rows: boxRows, number: Math.floor(seed / everyBox), charges: false, who: 'boxes' };
  }
  if (seed % everyOthers === othersAt) {
    return { rows: othersRows, number: Math.floor(seed / everyOthers), charges: false, who: 'others' };
  }
  if (seed % everyOthers === remoteAt) {
    return { rows: remoteRows, number: Math.floor(seed / everyOthers), charges: true, who: 'ordered' };
  }
  if (seed % everyMains === mainsAt) {
    return { rows: mainsRows, number: Math.floor(seed / everyMains), charges: false, who: 'mains' };
  }
  if (seed % everyClose === closeAt) {
    return { rows: closeRows, number: Math.floor(seed / everyClose), charges: true, who: 'closed' };
  }
  if (seed % everyNight === nightAt) {
    return { rows: nightRows, number: Math.floor(seed / everyNight), charges: false, who: 'night' };
  }
  if (seed % everyClock === clockAt) {
    return { rows: clockRows, number: Math.floor(seed / everyClock), charges: true, who: 'clocks' };
  }
  const before = Math.floor(seed / every);
  if (seed % every === every - 1) return { rows: chargeRows, number: before, charges: true, who: 'payers' };
  if (seed % everyGoods === goodsAt) {
    return { rows: goodsRows, number: Math.floor(seed / everyGoods), charges: false, who: 'buyers' };
  }
  return { rows: faultRows, number: seed - before, charges: false, who: 'payers' };
}

/** The fault of this seed's run. */
export function rowOf(seed: number): FaultRow {
  return rowAt(deal(seed));
}

export function rowAt({ rows, number }: Deal): FaultRow {
  return rows[number % rows.length] as FaultRow;
}

export const allRows: readonly FaultRow[] = [
  ...faultRows,
  ...chargeRows,
  ...severalRows,
  ...severalChargeRows,
  ...refundRows,
  ...doubtRows,
  ...closeRows,
  ...nightRows,
  ...goodsRows,
  ...checkRows,
  ...mainsRows,
  ...custodyRows,
  ...unheardDayRows,
  ...dipRows,
  ...statementRows,
  ...boxRows,
  ...othersRows,
  ...remoteRows,
  ...clockRows,
];
