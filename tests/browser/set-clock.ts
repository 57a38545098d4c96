/**
 * Loaded before a program, with `--import`: its wall clock is what a file says, as if the machine's own had been set. The
 * file, named by `KIOSK_CLOCK_FILE`, has the milliseconds that are added; it is read again and again, so that a test can
 * wait for the next morning. What is measured from one moment to another stays as it is.
 */
import { readFileSync } from 'node:fs';

const readEveryMs = 50;
const file = process.env.KIOSK_CLOCK_FILE ?? '';
const now = Date.now.bind(Date);

let aheadMs = 0;
function read(): void {
  aheadMs = Number(readFileSync(file, 'utf8'));
}

read();
setInterval(read, readEveryMs).unref();
Date.now = () => now() + aheadMs;
