/**
 * Starts the daemon. Nothing but this is read before the compile cache is on: what Node makes of the sources is then kept
 * beside the packages, which halves every later start. Without the right to write there a start only takes longer.
 */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';

enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'kiosk'));
await import('./daemon.ts');
// Now, because a kiosk is switched off without asking.
flushCompileCache();
