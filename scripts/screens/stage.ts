/** A kiosk of the example configuration on which the screens are shown, and one with the longest texts that may come. */
import type { Config } from '../../config/schema.ts';
import { createPapers } from '../../kiosk/documents/papers.ts';
import { indexKeys } from '../../kiosk/journal/derive.ts';
import type { Lang, View } from '../../kiosk/server/wire.ts';
import { billFact } from '../../kiosk/services/biller/answers.ts';
import type { Bill, Bilingual } from '../../kiosk/services/biller/contract.ts';
import { sampleBills } from '../../config/sample-bills.ts';
import { Visit, withChange, withCharges } from '../../tests/kiosk/view/visit.ts';

export interface StageOptions {
  readonly lang: Lang;
  /** ¥188,888.88 to pay, a payee of forty letters. */
  readonly long: boolean;
}

/** The longest amount to pay, minor units. */
const longestMinor = 18_888_888;
/** Cash is taken for it: a whole number of cash steps. */
const longestLimitMinor = 18_888_900;
/** The first slip of a long payment: what is received and what is still to go are both long then. */
const firstSlipMinor = 10_003_888;
const longestPayee: Bilingual = {
  'zh-CN': '东湖区湖滨街道社区卫生服务中心暨附属第二门诊部',
  en: 'East Lake District Community Health Home',
};
/** Not the hours at which the kiosks stand still. */
const closedHours = { from: '13:00', to: '17:00' };

/** Leads kiosks to the states that are shown; each call begins with a new one. */
export class Stage {
  readonly lang: Lang;
  readonly long: boolean;
  readonly bill: Bill;

  constructor({ lang, long }: StageOptions) {
    this.lang = lang;
    this.long = long;
    this.bill = long ? longestBill() : exampleBill('1001');
  }

  /** A kiosk that speaks this language first, not yet switched on. */
  kiosk(change: (config: Config) => Config = (config) => config): Visit {
    return new Visit((config) => {
      const languages = [...config.languages].sort((a, b) => Number(b === this.lang) - Number(a === this.lang));
      const long = {
        merchant: { ...config.merchant, legalName: longestPayee },
        limits: { ...config.limits, cashMaximumMinor: longestLimitMinor },
      };
      return change({ ...config, languages, ...(this.long ? long : {}) });
    });
  }

  /** Nobody is at the window when this kiosk is switched on. */
  unstaffed(): Visit {
    return this.kiosk((config) => {
      const window = { ...config.merchant.window, staffed: closedHours };
      return { ...config, merchant: { ...config.merchant, window } };
    });
  }

  /** Somebody has begun. */
  begun(): Visit {
    return this.kiosk().boot().begin(this.lang);
  }

  /** Somebody has begun at a machine that takes coins and gives change in cash. */
  withChange(): Visit {
    return this.kiosk(withChange).boot().filled().begin(this.lang);
  }

  /** The choice of a method where a card terminal and wallets are there; `change` is made to that kiosk first. */
  charged(change: (config: Config) => Config = (config) => config): Visit {
    const visit = this.kiosk((config) => change(withCharges(config)))
      .boot()
      .reached();
    return visit.begin(this.lang).confirmed(this.bill);
  }

  /** The choice of a method. */
  choosing(): Visit {
    return this.begun().confirmed(this.bill);
  }

  /** The open slot, with nothing inside yet. */
  first(): Visit {
    return cash(this.choosing());
  }

  /** The open slot; of a long payment the first part was a slip. */
  paying(): Visit {
    const visit = this.choosing();
    if (this.long) slip(visit, '000007', firstSlipMinor);
    return cash(visit);
  }

  /** Paid, with change that is being printed. */
  paid(): Visit {
    if (!this.long) return this.first().note(10_000);
    return slip(slip(this.choosing(), '000007', firstSlipMinor), '000008', longestMinor);
  }

  /** Paid, with the change in hand. */
  settled(): Visit {
    return this.paid().printed();
  }

  /** Asked for paper, phone or none. */
  documents(): Visit {
    return this.settled().ask({ do: 'finish' });
  }
}

/** Chooses cash and agrees to what is promised about change. */
export function cash(visit: Visit): Visit {
  visit.ask({ do: 'method', method: 'cash' });
  return visit.kiosk.session?.stage.at === 'promise' ? visit.ask({ do: 'agree' }) : visit;
}

/** Pays with a cash slip of an earlier visit. */
export function slip(visit: Visit, serial: string, minor: number): Visit {
  const { currency } = visit.config.money;
  const record = { serial, currency, minor, issuedAt: '2026-03-30T02:00:00.000Z', spent: false };
  return visit.ask({ do: 'method', method: 'voucher' }).step({ fact: 'voucher.presented', serial, record });
}

/** Every machine pays what it was told. */
export function paidOut(visit: Visit): Visit {
  for (const { device, command, currency, minor, pieces } of Object.values(visit.kiosk.payouts)) {
    const key = `end ${command}`;
    visit.step({ fact: 'payout.done', device, command, key, counters: {}, paid: { currency, minor }, pieces });
  }
  return visit;
}

/** One of the bills to try the kiosk with, as its biller tells it. */
export function exampleBill(number: string): Bill {
  const source = sampleBills('CNY').find((one) => one.number === number);
  if (source === undefined) throw new Error(`There is no example bill ${number}`);
  const fact = billFact({ command: 'bill.find', id: 'find', number, session: 'screens' }, source);
  if (fact.fact !== 'bill.found') throw new Error(`The example bill ${number} cannot be paid: ${fact.fact}`);
  return fact.bill;
}

function longestBill(): Bill {
  const ordinary = exampleBill('1001');
  const scan = {
    name: { 'zh-CN': '正电子发射及计算机断层显像（全身）', en: 'Positron emission tomography, whole body' },
    quantity: 12.345,
    minor: longestMinor - ordinary.minor,
  };
  return { ...ordinary, payee: longestPayee, lines: [...ordinary.lines, scan], minor: longestMinor };
}

/** What the glass of that kiosk shows now; the code of a receipt holds what its journal says. */
export function shown(visit: Visit): View {
  const at = '2026-03-31T01:20:00.000Z';
  const entries = visit.recorded.map((body, index) => {
    return { seq: index + 1, at, day: '2026-03-31', kind: body.kind, session: null, body, hash: '' };
  });
  const papers = createPapers({
    config: visit.config,
    find: (key) => entries.filter(({ body }) => indexKeys(body).includes(key)),
    seal: noSeal,
    columns: 42,
  });
  const receipt = visit.kiosk.session?.sale?.receipt ?? null;
  visit.phoneReceipt = receipt === null ? null : papers.phoneReceipt(receipt, visit.view().lang);
  return visit.view();
}

/** Nothing that is shown on the glass is sealed. */
const noSeal = {
  signVoucher: () => {
    throw new Error('A slip is sealed on paper only');
  },
  verifyQr: () => ({ ok: false }) as const,
  verifyTyped: () => false,
};
