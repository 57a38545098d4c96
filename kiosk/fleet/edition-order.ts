/** Whether what is published now can follow what was believed before. Pure. */
import { type Both, both } from '../../config/fields.ts';
import type { Edition } from '../kept-configuration.ts';

/** Nobody counts so far: a higher number would leave nothing that could follow it. */
export const numberMaximum = 2 ** 31 - 1;
/** A clock here may be behind the office's by so much, milliseconds: its certificates are good from a day before as well. */
const behindMs = 86_400_000;

export interface Publication {
  readonly edition: Edition;
  /** ISO 8601, UTC. */
  readonly publishedAt: string;
}

/**
 * What is wrong with it, in words; null: it may be taken. `before`: the one of these keys that was believed last; null: none
 * was, and any number may be the first.
 */
export function editionProblem(
  { edition, publishedAt }: Publication,
  before: Edition | null,
  nowMs: number,
): Both | null {
  const { version, hash } = edition;
  if (!Number.isSafeInteger(version) || version < 1 || version > numberMaximum)
    return both(
      `the configuration has the number ${version}; it must be a whole number from 1 to ${numberMaximum}`,
      `配置的编号是 ${version}；必须是 1 到 ${numberMaximum} 之间的整数`,
    );
  if (!/^[0-9a-f]{64}$/.test(hash)) {
    const named = JSON.stringify(hash);
    return both(`the configuration is named by ${named}, which is no SHA-256`, `配置以 ${named} 命名，这不是 SHA-256`);
  }
  if (version === before?.version && hash === before.hash) return null;
  const publishedMs = Date.parse(publishedAt);
  if (Number.isNaN(publishedMs)) {
    return both(`configuration ${version} does not say when it was published`, `第 ${version} 号配置没有写明发布时间`);
  }
  if (publishedMs > nowMs + behindMs) {
    const now = new Date(nowMs).toISOString();
    return both(
      `configuration ${version} is not yet valid: it was published at ${publishedAt}, and here it is ${now}; set the clock that is wrong`,
      `第 ${version} 号配置尚未生效：发布于 ${publishedAt}，而本机时间是 ${now}；请校准不对的时钟`,
    );
  }
  if (before === null || version > before.version) return null;
  if (version === before.version) {
    return both(
      `configuration ${version} came before with another text; what differs needs a number of its own`,
      `第 ${version} 号配置此前收到过，内容不同；内容不同的须有自己的编号`,
    );
  }
  return both(
    `configuration ${version} is older than ${before.version}, which came before; publish it anew to go back to it`,
    `第 ${version} 号配置比此前收到的第 ${before.version} 号旧；要恢复它请重新发布`,
  );
}
