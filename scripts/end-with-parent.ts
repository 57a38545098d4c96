/**
 * Preloaded into each kept child (`node --import`): when the parent is gone, however it went, standard input ends, and the
 * child gets the SIGTERM that its parent could not send any more. A crash of `npm start` leaves no port taken.
 */
process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.on('error', () => {});
process.stdin.resume();
(process.stdin as typeof process.stdin & { unref?: () => void }).unref?.();
