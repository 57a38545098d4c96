/** The conversation with one ccTalk device: the setting `device` says which kind, and each kind has its own file. */
import type { Driver } from '../driver.ts';
import { billValidator } from './bill.ts';
import { coinAcceptor } from './coin.ts';
import type { Frame } from './frame.ts';
import { hopper } from './hopper.ts';
import { converse, type Settings } from './talk.ts';

export type { Settings };

/** A driver for one address; `step` is total: no sequence of bytes or orders makes it throw. */
export function createDriver(device: string, settings: Settings): Driver<unknown, Frame> {
  switch (settings.device) {
    case 'coin':
      return converse(device, settings, coinAcceptor);
    case 'hopper':
      return converse(device, settings, hopper);
    case 'bill':
      return converse(device, settings, billValidator);
    default:
      return settings.device satisfies never;
  }
}
