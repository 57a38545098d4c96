/**
 * Rules between fields. They read the document as it came, so that they speak even when other fields are wrong;
 * what is not there or of another type is left to the schema.
 */
/** One thing wrong: where (`devices.0.port`; empty for the document itself) and, in words, what it should be. */
export interface ConfigProblem {
  readonly path: string;
  readonly problem: string;
}

/** What the configuration needs to know of a protocol; a protocol's front door fits. */
interface ProtocolRules {
  checkSettings(settings: Fields): readonly ConfigProblem[];
  /** Asked when nothing is wrong with the settings, as `addressOf`. */
  kindOf(settings: Fields): string;
  /** Null: the device has to be alone at its port. */
  addressOf(settings: Fields): number | null;
}

/** What the hardware knows: `knownHardware` of its catalog. It is handed in, because nothing here knows the hardware. */
export interface Known {
  /** By name. */
  readonly protocols: Readonly<Record<string, ProtocolRules>>;
  /** Decimal places by ISO 4217; null for what is no currency. */
  currencyExponent(currency: string): number | null;
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
    ...wallets(config),
    ...staffed(config),
    ...policies(config),
    ...vouchers(config),
    ...display(config),
  ];
}

/** A kiosk that is named twice has two keys. */
function vouchers(config: Fields): readonly ConfigProblem[] {
  const { accept } = fields(config.vouchers);
  const names = Array.isArray(accept) ? accept.slice(0, 200).map((one) => fields(one).kiosk) : [];
  return names.flatMap((name, at) => {
    const before = names.indexOf(name);
    if (typeof name !== 'string' || before === at) return [];
    const problem = `is ${JSON.stringify(name)}, which vouchers.accept.${before} has already; keep one`;
    return [{ path: `vouchers.accept.${at}.kiosk`, problem }];
  });
}

/** Empty for what is no object. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function money(config: Fields, known: Known | undefined): readonly ConfigProblem[] {
  const { currency, exponent, cashStepMinor } = fields(config.money);
  const problems: ConfigProblem[] = [];
  if (known !== undefined && typeof currency === 'string') {
    const right = known.currencyExponent(currency);
    if (right === null) {
      const problem = `is ${JSON.stringify(currency)}; it must be a currency of ISO 4217 that is in use, such as CNY`;
      problems.push({ path: 'money.currency', problem });
    } else if (typeof exponent === 'number' && exponent !== right) {
      const problem = `is ${exponent}; ${currency} has ${right} decimal places by ISO 4217, so it must be ${right}`;
      problems.push({ path: 'money.exponent', problem });
    }
  }
  const step = number(cashStepMinor);
  const most = number(fields(config.limits).cashMaximumMinor);
  if (step !== null && step > 0 && most !== null && most % step !== 0) {
    const problem = `is ${most}; it must be a multiple of money.cashStepMinor, which is ${step}`;
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
    const problem = `is ${withMoney}; with money inside a customer has at least as long as without, so at least limits.idleMs, which is ${idle}`;
    problems.push({ path: 'limits.idleWithMoneyMs', problem });
  }
  const warning = number(warningMs);
  if (idle !== null && warning !== null && warning >= idle) {
    problems.push({
      path: 'limits.warningMs',
      problem: `is ${warning}; it must be less than limits.idleMs, which is ${idle}`,
    });
  }
  return problems;
}

function devices(config: Fields, known: Known | undefined): readonly ConfigProblem[] {
  const list = Array.isArray(config.devices) ? config.devices.slice(0, 100).map(fields) : [];
  const problems = [...equalIds(list, 'devices', 'device'), ...sharedPorts(list, known)];
  for (const [index, device] of list.entries()) {
    const network = typeof device.port === 'string' ? /^[A-Za-z0-9.-]+:([0-9]+)$/.exec(device.port) : null;
    if (network !== null && (Number(network[1]) < 1 || Number(network[1]) > 65_535)) {
      const problem = `is ${JSON.stringify(device.port)}; the number after the colon must be from 1 to 65535`;
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
    const problem = 'is "display", the name of the glass; choose another';
    return list.flatMap(({ id }, at) => (id === 'display' ? [{ path: `${path}.${at}.id`, problem }] : []));
  });
}

/** Entries of the list at `path` with the id of an earlier one; `each` names one of them in words. */
export function equalIds(list: readonly Fields[], path: string, each: string): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const first = new Map<string, number>();
  for (const [at, { id }] of list.entries()) {
    if (typeof id !== 'string') continue;
    const before = first.get(id);
    if (before === undefined) first.set(id, at);
    else {
      const problem = `is ${JSON.stringify(id)}, which ${path}.${before} has already; each ${each} needs its own id`;
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
      const problem = `is ${JSON.stringify(device.port)}, which devices.${before} has already; ${why}`;
      problems.push({ path: `devices.${index}.port`, problem });
      break;
    }
  }
  return problems;
}

/** Null when they may, or when that cannot be told. */
function whyNotTogether(one: Fields, other: Fields, known: Known | undefined): string | null {
  if (one.protocol !== other.protocol) return 'devices of different protocols need each its own port';
  const protocol = known === undefined ? undefined : protocolOf(other, known);
  if (protocol === undefined) return null;
  const settings = [fields(one.settings), fields(other.settings)] as const;
  if (settings.some((given) => protocol.checkSettings(given).length > 0)) return null;
  const [first, second] = settings.map((given) => protocol.addressOf(given));
  if (first === null || second === null) return `${other.protocol} has no addresses, so each device needs its own port`;
  return first === second ? `both have the address ${first}: each needs its own address, or its own port` : null;
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
      const names = Object.keys(known.protocols).join(', ');
      problems.push({
        path: `devices.${index}.protocol`,
        problem: `is ${JSON.stringify(name)}; it must be one of ${names}`,
      });
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
  if (problems.length > 0) return problems;
  const named = (method: string) => (Array.isArray(methods) ? methods.indexOf(method) : -1);
  const cash = named('cash');
  if (cash >= 0 && !kinds.has('note-acceptor') && !kinds.has('recycler')) {
    const problem = 'is "cash", but no device takes notes; add a note acceptor under devices or leave cash out';
    problems.push({ path: `methods.${cash}`, problem });
  }
  const card = named('card');
  if (card >= 0 && !kinds.has('card-terminal')) {
    const problem = 'is "card", but no device is a card terminal; add one under devices or leave card out';
    problems.push({ path: `methods.${card}`, problem });
  }
  return problems;
}

/** Where each kind of device keeps cash. */
const cashUnits: Readonly<Record<string, readonly string[]>> = {
  'note-acceptor': ['box'],
  'coin-acceptor': ['box'],
  recycler: ['box', 'recycler'],
  hopper: ['hopper'],
};

function capacities(capacity: unknown, kind: string, path: string): readonly ConfigProblem[] {
  const units = cashUnits[kind] ?? [];
  const problem =
    units.length === 0
      ? `is set, but a ${kind} keeps no cash; leave capacity out`
      : `is set, but a ${kind} keeps cash in its ${units.join(' and ')} only; leave this out`;
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
      problem: 'is null; a biller of the kind http needs the address it answers at',
    });
  }
  if (kind === 'http' && typeof file === 'string') {
    problems.push({
      path: 'biller.file',
      problem: 'is set; a biller of the kind http reads no file, so it must be null',
    });
  }
  if (kind === 'file' && typeof url === 'string') {
    problems.push({
      path: 'biller.url',
      problem: 'is set; a biller of the kind file has no address, so it must be null',
    });
  }
  return problems;
}

const walletKinds = ['alipay', 'wechat'] as const;
/** As each provider takes them. */
const walletCurrency = 'CNY';

function wallets(config: Fields): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const list = Array.isArray(config.wallets) ? config.wallets.slice(0, 100).map(fields) : [];
  const machines = Array.isArray(config.devices) ? config.devices.slice(0, 100).map(fields) : [];
  const places: (readonly [unknown, string])[] = machines.map(({ id }, at) => [id, `devices.${at}`]);
  for (const [at, wallet] of list.entries()) {
    const path = `wallets.${at}`;
    const before = places.find(([id]) => id === wallet.id);
    if (before !== undefined && typeof wallet.id === 'string') {
      const problem = `is ${JSON.stringify(wallet.id)}, which ${before[1]} has already; each wallet and device needs its own id`;
      problems.push({ path: `${path}.id`, problem });
    }
    places.push([wallet.id, path]);
    problems.push(...walletSettings(wallet, path));
    const { currency } = fields(config.money);
    if (typeof currency === 'string' && currency !== walletCurrency) {
      const problem = `takes ${walletCurrency} only, and money.currency is ${JSON.stringify(currency)}; leave the wallet out`;
      problems.push({ path, problem });
    }
  }
  for (const kind of walletKinds) {
    const method = Array.isArray(config.methods) ? config.methods.indexOf(kind) : -1;
    if (method < 0 || list.some((wallet) => wallet.kind === kind)) continue;
    const problem = `is "${kind}", but wallets names none of this kind; add it there or leave ${kind} out`;
    problems.push({ path: `methods.${method}`, problem });
  }
  return problems;
}

function walletSettings(wallet: Fields, path: string): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const kind of walletKinds) {
    if (wallet.kind === kind && wallet[kind] === null) {
      const problem = `is null; a wallet of the kind ${kind} needs its settings`;
      problems.push({ path: `${path}.${kind}`, problem });
    }
    if (walletKinds.some((one) => one === wallet.kind && one !== kind) && fields(wallet[kind]) === wallet[kind]) {
      const problem = `is set; a wallet of the kind ${String(wallet.kind)} has no such settings, so it must be null`;
      problems.push({ path: `${path}.${kind}`, problem });
    }
  }
  const { url } = wallet;
  if (typeof url === 'string' && URL.canParse(url)) {
    const { protocol, hostname } = new URL(url);
    const here = hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]';
    if (protocol === 'http:' && !here) {
      const problem = `is ${JSON.stringify(url)}; only a gateway on this machine may be asked without https`;
      problems.push({ path: `${path}.url`, problem });
    }
  }
  return problems;
}

function staffed(config: Fields): readonly ConfigProblem[] {
  const { from, to } = fields(fields(fields(config.merchant).window).staffed);
  if (typeof from !== 'string' || typeof to !== 'string' || from < to) return [];
  const problem = `is ${JSON.stringify(to)}; it must be later than from, which is ${JSON.stringify(from)}`;
  return [{ path: 'merchant.window.staffed.to', problem }];
}

/** One policy for a way to pay that is offered, and room between its limits. */
function policies(config: Fields): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const list = Array.isArray(config.policies) ? config.policies.slice(0, 10).map(fields) : [];
  const offered: readonly unknown[] | null = Array.isArray(config.methods) ? config.methods : null;
  for (const [at, { method, leastMinor, mostMinor }] of list.entries()) {
    const path = `policies.${at}`;
    if (typeof method === 'string') {
      const before = list.findIndex((policy) => policy.method === method);
      if (before < at) {
        const problem = `is "${method}", which policies.${before} has already; put both into one`;
        problems.push({ path: `${path}.method`, problem });
      } else if (offered !== null && !offered.includes(method)) {
        const problem = `is "${method}", which methods does not offer; add it there or leave the policy out`;
        problems.push({ path: `${path}.method`, problem });
      }
    }
    const [least, most] = [number(leastMinor), number(mostMinor)];
    if (least !== null && most !== null && most < least) {
      const problem = `is ${most}; it must be at least leastMinor, which is ${least}`;
      problems.push({ path: `${path}.mostMinor`, problem });
    }
  }
  return problems;
}
