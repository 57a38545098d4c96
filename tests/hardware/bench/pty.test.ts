import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openPtyLine } from '../../../hardware/bench/pty.ts';

test('a line that is unplugged closes what is its own, and nothing of a host in the same process', () => {
  const line = openPtyLine({ received: () => {} }, () => performance.now());
  const host = openSync(line.tty ?? '', constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  line.unplug();
  expect(() => fstatSync(host)).not.toThrow();
  closeSync(host);
  line.close();
});
