/**
 * With this the daemon ends when the mains are gone and nothing moves any more: on purpose, and whoever started it need not
 * hurry to start it again. BSD's EX_TEMPFAIL, "try again later" (sysexits(3)).
 */
export const exitWithoutMains = 75;
