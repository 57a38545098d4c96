/** Tells kiosks that something was published for them. One that misses it looks by itself (`fleet/follow.ts`). */
import { officeTopics } from '../fleet/wire.ts';
import type { Broker } from './broker.ts';

/** `kiosks` none but some of `all`: who is told is told alone, so that the others are not all sent to look. */
export function lookTopics(kiosks: readonly string[], all: number): readonly string[] {
  return kiosks.length === all ? [officeTopics.lookAll] : kiosks.map(officeTopics.look);
}

/** `version`: the repository's. @throws Error of the broker, when it takes one of them not; the others are told */
export async function announce(publish: Broker['publish'], topics: readonly string[], version: number): Promise<void> {
  const look = JSON.stringify({ version });
  await Promise.all(topics.map((topic) => publish(topic, look, { retain: true })));
}
