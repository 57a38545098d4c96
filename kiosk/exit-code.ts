/**
 * With these the daemon ends by itself, on purpose. The mains are gone and nothing moves any more: whoever started it need not
 * hurry to start it again. BSD's EX_TEMPFAIL, "try again later" (sysexits(3)).
 */
export const exitWithoutMains = 75;
/** Another configuration is to begin, or the office wants a start: it is started again at once. */
export const exitToStartAnew = 76;
