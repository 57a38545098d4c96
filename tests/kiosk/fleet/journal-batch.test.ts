import { expect, test } from 'vitest';
import { batchAfter, hashAt, headOf } from '../../../kiosk/fleet/journal-batch.ts';
import { rowsPerMessage } from '../../../kiosk/fleet/wire.ts';
import { emptyHead, genesisHash } from '../../../kiosk/journal/storage.ts';
import { createChain } from './chain.ts';

test('an empty journal has a head, the hash before its first entry, and no batch', () => {
  const { reader } = createChain();
  expect([headOf(reader), hashAt(reader, 0), hashAt(reader, 1)]).toEqual([emptyHead, genesisHash, null]);
  expect(batchAfter(reader, emptyHead)).toBeNull();
});

test('a batch has as many rows as a message may', () => {
  const chain = createChain();
  chain.grow(rowsPerMessage + 1);
  const batch = batchAfter(chain.reader, emptyHead);
  expect(batch?.rows).toHaveLength(rowsPerMessage);
  expect(batch?.last.hash).toBe(hashAt(chain.reader, rowsPerMessage));
});

test('long rows make a shorter batch, and a single one is sent however long it is', () => {
  const chain = createChain();
  chain.grow(1, 'x'.repeat(300 * 1024));
  chain.grow(10, 'x'.repeat(100 * 1024));
  const lengths: (number | undefined)[] = [];
  for (let batch = batchAfter(chain.reader, emptyHead); batch !== null; batch = batchAfter(chain.reader, batch.last)) {
    lengths.push(batch.rows.length);
  }
  expect(lengths).toEqual([1, 3, 3, 3, 1]);
});
