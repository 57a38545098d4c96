/** What the readiness report says, in both languages: its verdict is made of what it found. */
import type { Readiness, ReadinessReason } from '../server/staff-wire.ts';
import type { Lang } from '../server/wire.ts';
import { checkWords } from './checks.ts';

interface ReadinessWords {
  readonly title: string;
  readonly verdict: Readonly<Record<Readiness['verdict'], (reasons: number) => string>>;
  readonly reasons: Readonly<Record<ReadinessReason['why'], (what: string) => string>>;
  readonly withRemedy: (reason: string, remedy: string) => string;
  readonly devices: string;
  readonly states: Readonly<Record<Readiness['devices'][number]['state'], string>>;
  readonly checks: string;
  readonly never: string;
  readonly outcomes: Readonly<Record<'passed' | 'failed' | 'given-up', string>>;
  readonly cash: string;
  readonly paper: string;
  readonly papers: Readonly<Record<'ok' | 'low' | 'out', string>>;
  readonly cases: string;
  readonly free: string;
  readonly version: string;
  readonly config: string;
  readonly by: string;
  readonly kiosk: string;
}

export const readinessWords: Readonly<Record<Lang, ReadinessWords>> = {
  'zh-CN': {
    title: '就绪报告',
    verdict: {
      ready: () => '可以营业：各设备就绪，各项检测通过，没有未结差错。',
      'with-limits': (reasons) => `可以营业，但有 ${reasons} 处要留意：`,
      'not-ready': (reasons) => `不能营业，共 ${reasons} 处：`,
    },
    reasons: {
      lost: (device) => `${device} 没有应答`,
      'not-ready': (device) => `${device} 未就绪`,
      fault: (what) => `故障 ${what}`,
      'paper-out': () => '打印机缺纸',
      'paper-low': () => '打印机纸将用完',
      disk: (free) => `磁盘剩余空间不足：${free}`,
      clock: (off) => `本机时钟与后台相差 ${off}，钱包和远程指令停用：校准时间，并检查网络对时（NTP）`,
      unchecked: (what) => `未检测：${what}`,
      'check-failed': (what) => `检测未通过：${what}`,
      cases: (count) => `${count} 笔未结差错`,
    },
    withRemedy: (reason, remedy) => `${reason}：${remedy}`,
    devices: '设备',
    states: { ready: '就绪', 'not-ready': '未就绪', lost: '没有应答' },
    checks: '最近检测',
    never: '从未检测',
    outcomes: { passed: '通过', failed: '未通过', 'given-up': '已放弃' },
    cash: '现金',
    paper: '纸张',
    papers: { ok: '有纸', low: '将用完', out: '缺纸' },
    cases: '未结差错',
    free: '剩余空间',
    version: '版本',
    config: '配置',
    by: '打印人',
    kiosk: '本机',
  },
  en: {
    title: 'Readiness report',
    verdict: {
      ready: () => 'Ready: every device is well, every check has passed, no case is open.',
      'with-limits': (reasons) => `Ready, with ${reasons} to look after:`,
      'not-ready': (reasons) => (reasons === 1 ? 'Not ready, for 1 reason:' : `Not ready, for ${reasons} reasons:`),
    },
    reasons: {
      lost: (device) => `${device} does not answer`,
      'not-ready': (device) => `${device} is not ready`,
      fault: (what) => `fault ${what}`,
      'paper-out': () => 'the printer has no paper',
      'paper-low': () => 'the paper is low',
      disk: (free) => `too little is free on the disk: ${free}`,
      clock: (off) =>
        `the clock differs from the office’s by ${off}; no wallets, no remote commands: set it and check its time server (NTP)`,
      unchecked: (what) => `never checked: ${what}`,
      'check-failed': (what) => `check not passed: ${what}`,
      cases: (count) => (count === '1' ? '1 open case' : `${count} open cases`),
    },
    withRemedy: (reason, remedy) => `${reason}: ${remedy}`,
    devices: 'Devices',
    states: { ready: 'ready', 'not-ready': 'not ready', lost: 'no answer' },
    checks: 'Last checks',
    never: 'never run',
    outcomes: { passed: 'passed', failed: 'failed', 'given-up': 'given up' },
    cash: 'Cash',
    paper: 'Paper',
    papers: { ok: 'there', low: 'low', out: 'out' },
    cases: 'Open cases',
    free: 'Free on disk',
    version: 'Version',
    config: 'Configuration',
    by: 'Printed by',
    kiosk: 'This kiosk',
  },
};

/** The verdict and its reasons, a line each. */
export function verdictLines({ verdict, reasons }: Readiness, lang: Lang): readonly string[] {
  const words = readinessWords[lang];
  return [
    words.verdict[verdict](reasons.length),
    ...reasons.map(({ why, what, remedy }) => {
      const reason = words.reasons[why](withName(why, what, lang));
      return remedy === undefined ? reason : words.withRemedy(reason, remedy[lang]);
    }),
  ];
}

/** A check is called by its name, with its device. */
function withName(why: ReadinessReason['why'], what: string, lang: Lang): string {
  if (why !== 'unchecked' && why !== 'check-failed') return what;
  const [check = '', ...device] = what.split(' ');
  const known = Object.entries(checkWords).find(([name]) => name === check)?.[1].name[lang] ?? check;
  return [known, ...device].join(' · ');
}
