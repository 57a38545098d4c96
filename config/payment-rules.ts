/** Rules between what may be paid with: wallets, policies and slips. They read the document as it came, as those of `coherence.ts` do. */
import { type ConfigProblem, type Fields, fields, number } from './coherence.ts';
import { both } from './fields.ts';

/** Wallets of the wrong kind, currency or name, policies that fit nothing, and slips of a kiosk with two keys. Never throws. */
export function paymentProblems(json: unknown): readonly ConfigProblem[] {
  const config = fields(json);
  return [...wallets(config), ...policies(config), ...vouchers(config)];
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
      const is = JSON.stringify(wallet.id);
      const problem = both(
        `is ${is}, which ${before[1]} has already; each wallet and device needs its own id`,
        `是 ${is}，与 ${before[1]} 相同；每个钱包和每台设备须有自己的 id`,
      );
      problems.push({ path: `${path}.id`, problem });
    }
    places.push([wallet.id, path]);
    problems.push(...walletSettings(wallet, path));
    const { currency } = fields(config.money);
    if (typeof currency === 'string' && currency !== walletCurrency) {
      const is = JSON.stringify(currency);
      const problem = both(
        `takes ${walletCurrency} only, and money.currency is ${is}; leave the wallet out`,
        `只收 ${walletCurrency}，而 money.currency 是 ${is}；请去掉这个钱包`,
      );
      problems.push({ path, problem });
    }
  }
  for (const kind of walletKinds) {
    const method = Array.isArray(config.methods) ? config.methods.indexOf(kind) : -1;
    if (method < 0 || list.some((wallet) => wallet.kind === kind)) continue;
    const problem = both(
      `is "${kind}", but wallets names none of this kind; add it there or leave ${kind} out`,
      `是 "${kind}"，但 wallets 中没有这一种；请在那里加上，或去掉 ${kind}`,
    );
    problems.push({ path: `methods.${method}`, problem });
  }
  return problems;
}

function walletSettings(wallet: Fields, path: string): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const kind of walletKinds) {
    if (wallet.kind === kind && wallet[kind] === null) {
      const problem = both(
        `is null; a wallet of the kind ${kind} needs its settings`,
        `是 null；种类为 ${kind} 的钱包须写明其设置`,
      );
      problems.push({ path: `${path}.${kind}`, problem });
    }
    if (walletKinds.some((one) => one === wallet.kind && one !== kind) && fields(wallet[kind]) === wallet[kind]) {
      const problem = both(
        `is set; a wallet of the kind ${String(wallet.kind)} has no such settings, so it must be null`,
        `不能填写：种类为 ${String(wallet.kind)} 的钱包没有这些设置，所以必须是 null`,
      );
      problems.push({ path: `${path}.${kind}`, problem });
    }
  }
  const { url } = wallet;
  if (typeof url === 'string' && URL.canParse(url)) {
    const { protocol, hostname } = new URL(url);
    const here = hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]';
    if (protocol === 'http:' && !here) {
      const is = JSON.stringify(url);
      const problem = both(
        `is ${is}; only a gateway on this machine may be asked without https`,
        `是 ${is}；只有本机上的网关可以不用 https`,
      );
      problems.push({ path: `${path}.url`, problem });
    }
  }
  return problems;
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
        const problem = both(
          `is "${method}", which policies.${before} has already; put both into one`,
          `是 "${method}"，与 policies.${before} 相同；请合为一条`,
        );
        problems.push({ path: `${path}.method`, problem });
      } else if (offered !== null && !offered.includes(method)) {
        const problem = both(
          `is "${method}", which methods does not offer; add it there or leave the policy out`,
          `是 "${method}"，而 methods 中没有；请在那里加上，或去掉这条限制`,
        );
        problems.push({ path: `${path}.method`, problem });
      }
    }
    const [least, most] = [number(leastMinor), number(mostMinor)];
    if (least !== null && most !== null && most < least) {
      const problem = both(
        `is ${most}; it must be at least leastMinor, which is ${least}`,
        `是 ${most}；必须不小于 leastMinor，后者是 ${least}`,
      );
      problems.push({ path: `${path}.mostMinor`, problem });
    }
  }
  return problems;
}
/** A kiosk that is named twice has two keys. */
function vouchers(config: Fields): readonly ConfigProblem[] {
  const { accept } = fields(config.vouchers);
  const names = Array.isArray(accept) ? accept.slice(0, 200).map((one) => fields(one).kiosk) : [];
  return names.flatMap((name, at) => {
    const before = names.indexOf(name);
    if (typeof name !== 'string' || before === at) return [];
    const is = JSON.stringify(name);
    const problem = both(
      `is ${is}, which vouchers.accept.${before} has already; keep one`,
      `是 ${is}，与 vouchers.accept.${before} 相同；请只保留一个`,
    );
    return [{ path: `vouchers.accept.${at}.kiosk`, problem }];
  });
}
