/** The daemon's log: JSON lines for the technician, without anything that could be used by who reads it. */
import pino from 'pino';
import { faultOf } from '../hardware/faults.ts';

/** Fields whose values stay out of the log wherever they stand in an entry's first two levels. */
const secretFields = ['code', 'pin', 'cookie', 'qr'];

/**
 * Codes of vouchers and launch addresses, PINs, cookies and square codes are left out. A `code` that stands in the table
 * of faults is no secret: the technician looks it up.
 */
export function createLog(to: pino.DestinationStream): pino.Logger {
  return pino(
    {
      redact: {
        paths: secretFields.flatMap((field) => [field, `*.${field}`]),
        censor: (value, path) =>
          path.at(-1) === 'code' && typeof value === 'string' && faultOf(value) !== null ? value : '[Redacted]',
      },
    },
    to,
  );
}
