/** What is wrong with what the office publishes, or is asked to publish: for the staff, in both languages. */
import { type Both, both } from '../../config/fields.ts';

/** Said at the kiosk. */
export const refusal = {
  otherKiosk: (is: string, own: string): Both =>
    both(`kiosk is ${is}; this one is ${own}`, `kiosk 是 ${is}；这台是 ${own}`),
  otherMoney: (is: string, own: string): Both =>
    both(`money.currency is ${is}; the money inside is ${own}`, `money.currency 是 ${is}；机内的钱是 ${own}`),
  unreadable: ({ en, 'zh-CN': zh }: Both): Both =>
    both(`the configuration is not readable: ${en}`, `配置无法读取：${zh}`),
  number: (is: number, most: number): Both =>
    both(
      `the configuration has the number ${is}; it must be a whole number from 1 to ${most}`,
      `配置的编号是 ${is}；必须是 1 到 ${most} 之间的整数`,
    ),
  noHash: (named: string): Both =>
    both(`the configuration is named by ${named}, which is no SHA-256`, `配置以 ${named} 命名，这不是 SHA-256`),
  noDate: (version: number): Both =>
    both(`configuration ${version} does not say when it was published`, `第 ${version} 号配置没有写明发布时间`),
  notYet: (version: number, publishedAt: string, now: string): Both =>
    both(
      `configuration ${version} is not yet valid: it was published at ${publishedAt}, and here it is ${now}; set the clock that is wrong`,
      `第 ${version} 号配置尚未生效：发布于 ${publishedAt}，而本机时间是 ${now}；请校准不对的时钟`,
    ),
  otherText: (version: number): Both =>
    both(
      `configuration ${version} came before with another text; what differs needs a number of its own`,
      `第 ${version} 号配置此前收到过，内容不同；内容不同的须有自己的编号`,
    ),
  older: (version: number, before: number): Both =>
    both(
      `configuration ${version} is older than ${before}, which came before; publish it anew to go back to it`,
      `第 ${version} 号配置比此前收到的第 ${before} 号旧；要恢复它请重新发布`,
    ),
  lastNumber: (highest: number): Both =>
    both(
      `a signed document has the number ${highest}, which nothing could follow; replace the keys that signed it`,
      `有签名文件的编号是 ${highest}，之后再无可用编号；请更换签署它的密钥`,
    ),
  otherTimestamp: both(
    'the timestamp came before under the same number with another text; publish anew',
    '同一编号的时间戳此前收到过，内容不同；请重新发布',
  ),
} as const;

/** `english`: with what the network says. */
export const unreached = {
  answered: (english: string, url: string, status: number): Both => both(english, `${url} 的应答是 ${status}`),
  late: (english: string, url: string): Both => both(english, `${url} 没有按时应答`),
  failed: (english: string, url: string, code: string | null): Both =>
    both(english, code === null ? `取不到 ${url}` : `取不到 ${url}（${code}）`),
} as const;

/** Said at the office. */
export const unpublished = {
  noObject: both('is no object; it must be a configuration or a part of one', '不是对象；必须是配置或配置的一部分'),
  kioskInPart: both('names a kiosk in a part of a configuration; leave it out', '在配置的一部分中指定了收款机；请去掉'),
  wholeForMany: both(
    'is a whole configuration, which is one kiosk’s; publish a part of one for many',
    '是完整的配置，只属于一台收款机；给多台发布时请只写一部分',
  ),
  otherKiosk: (is: string, kiosk: string): Both =>
    both(`is ${is}; it is published for ${kiosk}`, `是 ${is}；而这是发布给 ${kiosk} 的`),
  nothingBefore: both('nothing was published before that could be gone back to', '此前没有发布过可以恢复的配置'),
  noneYet: both(
    'nothing is published for any kiosk yet; publish a whole configuration for each first',
    '还没有给任何收款机发布过配置；请先给每台发布完整的配置',
  ),
  noneFor: (kiosk: string): Both =>
    both(
      `nothing is published for ${kiosk} yet; publish a whole configuration for it first`,
      `还没有给 ${kiosk} 发布过配置；请先给它发布完整的配置`,
    ),
  noneOfGroup: (group: string): Both =>
    both(
      `no published configuration names ${group} among its "groups"`,
      `已发布的配置中没有一份在 "groups" 中写有 ${group}`,
    ),
} as const;
