/** What is wrong with signed documents, in both languages: the library that checks them (tuf-js) says it in English alone. Pure. */
import { type Both, both } from '../../config/fields.ts';

/** In its words, and what they say. Names of documents, numbers and hashes stand as they came. */
const sayings: readonly (readonly [english: RegExp, chinese: (...parts: readonly string[]) => string])[] = [
  [/^(\S+) was signed by (\d+)\/(\d+) keys$/, (role, by, of) => `${role} 须有 ${of} 把密钥签名，有效的只有 ${by} 把`],
  [/^(?:Final )?(\S+\.json) is expired$/, (file) => `${file} 已过期`],
  [/^New (\S+) version (\d+) is less than current version (\d+)$/, (role, is, was) => older(role, is, was)],
  [/^New version (\d+) of (\S+) is less than current version (\d+)$/, (is, role, was) => older(role, is, was)],
  [
    /^Version (\d+) of (\S+) does not match snapshot version (\d+)$/,
    (is, role, named) => `${role} 是第 ${is} 版，snapshot 所列的是第 ${named} 版`,
  ],
  [/^Expected version (\d+), got (\d+)$/, (right, is) => `应为第 ${right} 版，实际是第 ${is} 版`],
  [/^Expected hash (\S+) but got (\S+)$/, (right, is) => `哈希值应为 ${right}，实际是 ${is}`],
  [/^Expected length (\d+) but got (\d+)$/, (right, is) => `长度应为 ${right} 字节，实际是 ${is} 字节`],
  [/^more than (\d+) bytes came$/, (most) => `收到的超过 ${most} 字节`],
  [
    /^nothing in (.+) can be read; pair this kiosk with the office anew$/,
    (folder) => `${folder} 中的内容都无法读取；请让本机与后台重新配对`,
  ],
  [/\bJSON\b/, () => '收到的不是完整的 JSON'],
];

function older(role = '', is = '', was = ''): string {
  return `${role} 的版本 ${is} 低于已采信的 ${was}`;
}

/** Around the words of what went wrong inside. */
const around = /^Unable to load (snapshot|targets)(?: metadata)? error (?:\w*Error: )?(.*)$/s;

/** A bare string where nothing is known to say it by. */
export function trustWords(message: string): Both | string {
  const [, role, inside] = around.exec(message) ?? [];
  if (role !== undefined && inside !== undefined) {
    const said = trustWords(inside);
    return typeof said === 'string' ? message : both(message, `无法读取 ${role}：${said['zh-CN']}`);
  }
  for (const [english, chinese] of sayings) {
    const [matched, ...parts] = english.exec(message) ?? [];
    if (matched !== undefined) return both(message, chinese(...parts));
  }
  return message;
}
