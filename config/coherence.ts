/**
 * Rules between fields. They read the document as it came, so that they speak even when other fields are wrong;
 * what is not there or of another type is left to the schema.
 */
import { type Both, both } from './fields.ts';

/** One thing wrong: where (`devices.0.port`; empty for the document itself) and, in words, what it should be. */
export interface ConfigProblem {
  readonly path: string;
  readonly problem: Both;
}

/** With its place before it, as a sentence. */
export function sentenceOf({ path, problem: { en, 'zh-CN': zh } }: ConfigProblem): Both {
  return both(`${path} ${en}`.trim(), `${path} ${zh}`.trim());
}

/** What the configuration needs to know of a protocol; a protocol's front door fits. */
interface ProtocolRules {
  checkSettings(settings: Fields): readonly ConfigProblem[];
  /** Asked when nothing is wrong with the settings, as `addressOf`. */
  kindOf(settings: Fields): string;
  /** Null: the device has to be alone at its port. */
  addressOf(settings: Fields): number | null;
}

/** What others know: it is handed in, because nothing here knows the hardware, or the kiosk. */
export interface Known {
  /** By name. */
  readonly protocols: Readonly<Record<string, ProtocolRules>>;
  /** Decimal places by ISO 4217; null for what is no currency. */
  currencyExponent(currency: string): number | null;
  /** Whether the merchant may put own words in the place of a text of this name; absent: nobody knows the names. */
  isText?(name: string): boolean;
}

/** A part of the document as it came: anything may be missing or of another type. */
export type Fields = Readonly<Record<string, unknown>>;

/** Every problem that concerns more than one field, or what was handed in as known. */
export function crossChecks(json: unknown, known: Known | undefined): readonly ConfigProblem[] {
  const config = fields(json);
  return [
    ...money(config, known),
    ...limits(config),
    ...devices(config, known),
    ...biller(config),
    ...staffed(config),
    ...display(config),
  ];
}

/** Empty for what is no object. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function money(config: Fields, known: Known | undefined): readonly ConfigProblem[] {
  const { currency, exponent, cashStepMinor } = fields(config.money);
  const problems: ConfigProblem[] = [];
  if (known !== undefined && typeof currency === 'string') {
    const right = known.currencyExponent(currency);
    if (right === null) {
      const is = JSON.stringify(currency);
      const problem = both(
        `is ${is}; it must be a currency of ISO 4217 that is in use, such as CNY`,
        `是 ${is}；必须是在用的 ISO 4217 货币，例如 CNY`,
      );
      problems.push({ path: 'money.currency', problem });
    } else if (typeof exponent === 'number' && exponent !== right) {
      const problem = both(
        `is ${exponent}; ${currency} has ${right} decimal places by ISO 4217, so it must be ${right}`,
        `是 ${exponent}；按 ISO 4217，${currency} 有 ${right} 位小数，所以必须是 ${right}`,
      );
      problems.push({ path: 'money.exponent', problem });
    }
  }
  const step = number(cashStepMinor);
  const most = number(fields(config.limits).cashMaximumMinor);
  if (step !== null && step > 0 && most !== null && most % step !== 0) {
    const problem = both(
      `is ${most}; it must be a multiple of money.cashStepMinor, which is ${step}`,
      `是 ${most}；必须是 money.cashStepMinor 的整数倍，后者是 ${step}`,
    );
    problems.push({ path: 'limits.cashMaximumMinor', problem });
  }
  return problems;
}

function limits(config: Fields): readonly ConfigProblem[] {
  const { idleMs, idleWithMoneyMs, warningMs } = fields(config.limits);
  const idle = number(idleMs);
  const problems: ConfigProblem[] = [];
  const withMoney = number(idleWithMoneyMs);
  if (idle !== null && withMoney !== null && withMoney < idle) {
    const problem = both(
      `is ${withMoney}; with money inside a customer has at least as long as without, so at least limits.idleMs, which is ${idle}`,
      `是 ${withMoney}；已收款时顾客的时间不能比未收款时短，所以至少是 limits.idleMs，即 ${idle}`,
    );
    problems.push({ path: 'limits.idleWithMoneyMs', problem });
  }
  const warning = number(warningMs);
  if (idle !== null && warning !== null && warning >= idle) {
    const problem = both(
      `is ${warning}; it must be less than limits.idleMs, which is ${idle}`,
      `是 ${warning}；必须小于 limits.idleMs，后者是 ${idle}`,
    );
    problems.push({ path: 'limits.warningMs', problem });
  }
  return problems;
}

function devices(config: Fields, known: Known | undefined): readonly ConfigProblem[] {
  const list = Array.isArray(config.devices) ? config.devices.slice(0, 100).map(fields) : [];
  const problems = [...equalIds(list, 'devices', both('device', '台设备')), ...sharedPorts(list, known)];
  for (const [index, device] of list.entries()) {
    const network = typeof device.port === 'string' ? /^[A-Za-z0-9.-]+:([0-9]+)$/.exec(device.port) : null;
    if (network !== null && (Number(network[1]) < 1 || Number(network[1]) > 65_535)) {
      const is = JSON.stringify(device.port);
      const problem = both(
        `is ${is}; the number after the colon must be from 1 to 65535`,
        `是 ${is}；冒号后的数字必须在 1 到 65535 之间`,
      );
      problems.push({ path: `devices.${index}.port`, problem });
    }
  }
  return known === undefined ? problems : [...problems, ...protocols(list, config.methods, known)];
}

/** The glass that is looked after stands among the devices under a name of its own. */
function display(config: Fields): readonly ConfigProblem[] {
  if (config.display === undefined) return [];
  return (['devices', 'wallets'] as const).flatMap((path) => {
    const list = Array.isArray(config[path]) ? config[path].slice(0, 100).map(fields) : [];
    const problem = both(
      'is "display", the name of the glass; choose another',
      '是 "display"，这是顾客屏幕的名称；请换一个',
    );
    return list.flatMap(({ id }, at) => (id === 'display' ? [{ path: `${path}.${at}.id`, problem }] : []));
  });
}

/** Entries of the list at `path` with the id of an earlier one; `each` names one of them in words. */
export function equalIds(list: readonly Fields[], path: string, each: Both): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const first = new Map<string, number>();
  for (const [at, { id }] of list.entries()) {
    if (typeof id !== 'string') continue;
    const before = first.get(id);
    if (before === undefined) first.set(id, at);
    else {
      const is = JSON.stringify(id);
      const problem = both(
        `is ${is}, which ${path}.${before} has already; each ${each.en} needs its own id`,
        `是 ${is}，与 ${path}.${before} 相同；每${each['zh-CN']}须有自己的 id`,
      );
      problems.push({ path: `${path}.${at}.id`, problem });
    }
  }
  return problems;
}

/** Devices of one protocol may be at one port when each has its own address. */
function sharedPorts(list: readonly Fields[], known: Known | undefined): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const [index, device] of list.entries()) {
    if (typeof device.port !== 'string') continue;
    for (const [before, earlier] of list.slice(0, index).entries()) {
      if (earlier.port !== device.port) continue;
      const why = whyNotTogether(earlier, device, known);
      if (why === null) continue;
      const is = JSON.stringify(device.port);
      const problem = both(
        `is ${is}, which devices.${before} has already; ${why.en}`,
        `是 ${is}，与 devices.${before} 相同；${why['zh-CN']}`,
      );
      problems.push({ path: `devices.${index}.port`, problem });
      break;
    }
  }
  return problems;
}

/** Null when they may, or when that cannot be told. */
function whyNotTogether(one: Fields, other: Fields, known: Known | undefined): Both | null {
  if (one.protocol !== other.protocol) {
    return both('devices of different protocols need each its own port', '不同协议的设备须各用一个端口');
  }
  const protocol = known === undefined ? undefined : protocolOf(other, known);
  if (protocol === undefined) return null;
  const settings = [fields(one.settings), fields(other.settings)] as const;
  if (settings.some((given) => protocol.checkSettings(given).length > 0)) return null;
  const [first, second] = settings.map((given) => protocol.addressOf(given));
  if (first === null || second === null) {
    return both(
      `${other.protocol} has no addresses, so each device needs its own port`,
      `${other.protocol} 没有地址，所以每台设备须各用一个端口`,
    );
  }
  if (first !== second) return null;
  return both(
    `both have the address ${first}: each needs its own address, or its own port`,
    `两台的地址都是 ${first}：须各有地址，或各用一个端口`,
  );
}

/** Undefined where the protocol is none that is known. */
export function protocolOf(device: Fields, known: Known): ProtocolRules | undefined {
  const name = device.protocol;
  return typeof name === 'string' && Object.hasOwn(known.protocols, name) ? known.protocols[name] : undefined;
}

function protocols(list: readonly Fields[], methods: unknown, known: Known): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const kinds = new Set<string>();
  for (const [index, device] of list.entries()) {
    const name = device.protocol;
    if (typeof name !== 'string') continue;
    const protocol = protocolOf(device, known);
    if (protocol === undefined) {
      const is = JSON.stringify(name);
      const names = Object.keys(known.protocols);
      const problem = both(
        `is ${is}; it must be one of ${names.join(', ')}`,
        `是 ${is}；必须是 ${names.join('、')} 之一`,
      );
      problems.push({ path: `devices.${index}.protocol`, problem });
      continue;
    }
    const settings = fields(device.settings);
    const wrong = protocol.checkSettings(settings);
    if (wrong.length === 0) {
      const kind = protocol.kindOf(settings);
      kinds.add(kind);
      problems.push(...capacities(device.capacity, kind, `devices.${index}.capacity`));
    }
    for (const { path, problem } of wrong) {
      problems.push({ path: [`devices.${index}.settings`, path].filter(Boolean).join('.'), problem });
    }
  }
  return problems.length > 0 ? problems : methodsWithoutDevice(methods, kinds);
}

function methodsWithoutDevice(methods: unknown, kinds: ReadonlySet<string>): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const named = (method: string) => (Array.isArray(methods) ? methods.indexOf(method) : -1);
  const cash = named('cash');
  if (cash >= 0 && !kinds.has('note-acceptor') && !kinds.has('recycler')) {
    const problem = both(
      'is "cash", but no device takes notes; add a note acceptor under devices or leave cash out',
      '是 "cash"，但没有设备收纸币；请在 devices 中加上纸币器，或去掉 cash',
    );
    problems.push({ path: `methods.${cash}`, problem });
  }
  const card = named('card');
  if (card >= 0 && !kinds.has('card-terminal')) {
    const problem = both(
      'is "card", but no device is a card terminal; add one under devices or leave card out',
      '是 "card"，但没有设备是刷卡终端；请在 devices 中加上，或去掉 card',
    );
    problems.push({ path: `methods.${card}`, problem });
  }
  return problems;
}

/** Where each kind of device keeps cash, and what it is called in Chinese. */
const cashKinds: Readonly<Record<string, { readonly units: readonly string[]; readonly inChinese: string }>> = {
  'note-acceptor': { units: ['box'], inChinese: '纸币器' },
  'coin-acceptor': { units: ['box'], inChinese: '硬币器' },
  recycler: { units: ['box', 'recycler'], inChinese: '纸币循环机' },
  hopper: { units: ['hopper'], inChinese: '硬币斗' },
};
const keepsNone = { units: [], inChinese: '这种设备' };

function capacities(capacity: unknown, kind: string, path: string): readonly ConfigProblem[] {
  const { units, inChinese } = cashKinds[kind] ?? keepsNone;
  const problem =
    units.length === 0
      ? both(
          `is set, but a ${kind} keeps no cash; leave capacity out`,
          `不能填写：${inChinese}不存现金；请去掉 capacity`,
        )
      : both(
          `is set, but a ${kind} keeps cash in its ${units.join(' and ')} only; leave this out`,
          `不能填写：${inChinese}只在 ${units.join(' 和 ')} 中存现金；请去掉`,
        );
  return Object.keys(fields(capacity))
    .filter((unit) => !units.includes(unit))
    .map((unit) => ({ path: `${path}.${unit}`, problem }));
}

function biller(config: Fields): readonly ConfigProblem[] {
  const { kind, file, url } = fields(config.biller);
  const problems: ConfigProblem[] = [];
  if (kind === 'http' && url === null) {
    problems.push({
      path: 'biller.url',
      problem: both(
        'is null; a biller of the kind http needs the address it answers at',
        '是 null；种类为 http 的账单来源须写明其网址',
      ),
    });
  }
  if (kind === 'http' && typeof file === 'string') {
    problems.push({
      path: 'biller.file',
      problem: both(
        'is set; a biller of the kind http reads no file, so it must be null',
        '不能填写：种类为 http 的账单来源不读文件，所以必须是 null',
      ),
    });
  }
  if (kind === 'file' && typeof url === 'string') {
    problems.push({
      path: 'biller.url',
      problem: both(
        'is set; a biller of the kind file has no address, so it must be null',
        '不能填写：种类为 file 的账单来源没有网址，所以必须是 null',
      ),
    });
  }
  return problems;
}

function staffed(config: Fields): readonly ConfigProblem[] {
  const { from, to } = fields(fields(fields(config.merchant).window).staffed);
  if (typeof from !== 'string' || typeof to !== 'string' || from < to) return [];
  const [is, other] = [JSON.stringify(to), JSON.stringify(from)];
  const problem = both(
    `is ${is}; it must be later than from, which is ${other}`,
    `是 ${is}；必须晚于 from，后者是 ${other}`,
  );
  return [{ path: 'merchant.window.staffed.to', problem }];
}
