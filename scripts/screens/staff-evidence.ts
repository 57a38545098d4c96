/** What is opened on the sampled pages: the evidence of a case, the rows of a statement, and checks that failed. */
import { faultOf } from '../../hardware/faults.ts';
import type { StaffChecks, StaffEvidence, StaffStatementRows } from '../../kiosk/server/staff-wire.ts';
import { checks } from './staff-checks.ts';

const at = '2026-03-31T01:20:00Z';
const hash = '9f2c1b7e55d0a4c38e61f09b7a2d4c1e8f3b6a5d70c9e2148b7f6d3a1c0e5942';

export const evidence: StaffEvidence = {
  entries: [
    {
      ...{ seq: 12_398, at, kind: 'payout.asked', hash },
      fields: [
        ['device', 'yuan'],
        ['minor', '1350'],
        ['command', 'pay-18-1'],
      ],
    },
    {
      ...{ seq: 12_401, at, kind: 'case.opened', hash: [...hash].toReversed().join('') },
      fields: [
        ['case', 'C00005'],
        ['about', 'change-owed'],
        ['minor', '1350'],
      ],
    },
  ],
  next: 1,
  counters: [
    { at, kind: 'payout.asked', values: 'paid 20416 · event 169' },
    { at, kind: 'payout.done', values: 'paid 20418 · event 171' },
  ],
  trace: [
    { beforeMs: 2_310, direction: 'out', what: 'dispense 13', bytes: '03 04 01 A7 0D 44' },
    { beforeMs: 2_271, direction: 'in', what: 'ack', bytes: '01 00 03 00 FC' },
    { beforeMs: 140, direction: 'in', what: 'status paid 2 · unpaid 11', bytes: '01 04 03 00 AB 0B 02 00 40' },
  ],
};

export const statementRows: StaffStatementRows = {
  rows: [
    { what: 'amount', kind: 'paid', number: '4200002716202603304471820936', own: 8_650, told: 8_500 },
    { what: 'later', kind: 'paid', number: '4200002716202603310000418822', own: null, told: 1_200 },
  ],
  next: null,
};

const failures: Readonly<Record<string, string>> = {
  scanner: 'nobody',
  terminal: 'lost',
  acceptor: 'lost-missing',
  coins: 'silent',
  printer: 'otherwise',
  yuan: 'nothing-came',
  jiao: 'counter-stood',
  wechat: 'unreachable',
};

/** Every check of a device failed, each in its own way; the kiosk's own are left as they are. */
export const failedChecks: StaffChecks = {
  open: null,
  checks: checks.checks.map((check) => {
    const fault = check.device === null ? undefined : failures[check.device];
    const remedy = fault === 'lost-missing' ? (faultOf('port.missing')?.remedy ?? null) : null;
    const last = { outcome: 'failed', read: {}, fault: fault ?? 'silent', at, by: '3 李娜', remedy } as const;
    return fault === undefined ? check : { ...check, last };
  }),
};
