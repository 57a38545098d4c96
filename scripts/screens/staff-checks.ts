/** What the desk answers of checks and of how the kiosk stands. Its words are those of a kiosk. */
import { checkKinds, type CheckOf } from '../../kiosk/checks/catalog.ts';
import {
  type CheckName,
  checkNames,
  type Readiness,
  type StaffCheckResult,
  type StaffChecks,
  type StaffReadiness,
} from '../../kiosk/server/staff-wire.ts';
import { checkWords } from '../../kiosk/text/checks.ts';
import { verdictLines } from '../../kiosk/text/readiness.ts';
import { devicesBut } from './staff-desk.ts';

const at = '2026-03-31T01:12:00Z';
const by = '3 李娜';
const passed = (read: StaffCheckResult['read']): StaffCheckResult => ({
  outcome: 'passed',
  read,
  fault: null,
  at,
  by,
  remedy: null,
});

/** Those that were made, and how they ended. */
const results: Readonly<Partial<Record<CheckName, StaffCheckResult>>> = {
  'take-note': passed({ minor: 1_000, currency: 'CNY', readMs: 1_840, returnedMs: 2_960 }),
  'pay-one': { outcome: 'failed', read: { paidMs: 60_000 }, fault: 'nothing-came', at, by, remedy: null },
  'test-page': passed({ printedMs: 2_310 }),
  terminal: { outcome: 'given-up', read: {}, fault: null, at, by, remedy: null },
  disk: passed({ freeBytes: 41_200_000_000, answerMs: 4 }),
  clock: passed({ answerMs: 31 }),
};

const offered: readonly { readonly device: string | null; readonly kind: CheckOf }[] = [
  ...devicesBut({}).flatMap(({ device, kind }) => (kind === 'other' ? [] : [{ device, kind }])),
  { device: 'wechat', kind: 'wallet' },
  { device: null, kind: 'kiosk' },
];

export const checks: StaffChecks = {
  open: null,
  checks: offered.flatMap(({ device, kind }) =>
    checkNames
      .filter((check) => checkKinds[check].of.includes(kind))
      .map((check) => ({
        check,
        device,
        kind,
        ...checkWords[check],
        quick: checkKinds[check].quick,
        refused: null,
        last: results[check] ?? null,
      })),
  ),
};

/** The test page is out, and what stands on it is asked for. */
export const runningChecks: StaffChecks = {
  ...checks,
  open: {
    check: 'test-page',
    command: 'check-1',
    device: 'printer',
    step: 'number',
    read: { printedMs: 2_310 },
    asks: 'number',
    tones: null,
    seconds: 74,
  },
};

const report: Readiness = {
  at,
  version: '0.9.0',
  config: '9f2c1b7e55d0a4c38e61f09b7a2d4c1e8f3b6a5d70c9e2148b7f6d3a1c0e5942',
  devices: devicesBut({}).flatMap(({ device, kind }) =>
    kind === 'other'
      ? []
      : [{ device, kind, identity: 'EPSON TM-T88VI X4B1029381', state: 'ready', faults: [] } as const],
  ),
  checks: checks.checks.map(({ check, device, last }) => ({
    check,
    device,
    last: last === null ? null : { outcome: last.outcome, at, by: '3', fault: last.fault },
  })),
  paper: 'low',
  cash: [
    { unit: 'acceptor.recycler', currency: 'CNY', minor: 136_000 },
    { unit: 'yuan.hopper', currency: 'CNY', minor: 41_200 },
  ],
  cases: { count: 3, numbers: ['C00007', 'C00005', 'C00004'] },
  freeBytes: 41_200_000_000,
  reasons: [
    { why: 'paper-low', what: 'printer', stops: false },
    { why: 'check-failed', what: 'pay-one yuan', stops: false },
  ],
  verdict: 'with-limits',
};

function told(how: Readiness): StaffReadiness {
  const names = Object.fromEntries(Object.entries(checkWords).map(([check, { name }]) => [check, name]));
  return { report: how, lines: { 'zh-CN': verdictLines(how, 'zh-CN'), en: verdictLines(how, 'en') }, names };
}

export const limited = told(report);

export const notReady = told({
  ...report,
  paper: 'out',
  devices: report.devices.map((one) =>
    one.device === 'terminal' ? { ...one, state: 'lost', faults: ['port.silent'] } : one,
  ),
  reasons: [
    { why: 'lost', what: 'terminal', stops: true },
    { why: 'paper-out', what: 'printer', stops: true },
    ...report.reasons.slice(1),
  ],
  verdict: 'not-ready',
});
