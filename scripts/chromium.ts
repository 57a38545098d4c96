/** Debian's Chromium, for pictures and for tests: headless, as root, and without asking the network for anything. */
import { type Browser, chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
];

/** Rejects, saying what to install or name, when there is no such browser. */
export async function openBrowser(): Promise<Browser> {
  try {
    return await chromium.launch({ executablePath, args });
  } catch (error) {
    throw new Error(`Chromium did not start from ${executablePath}: install it, or name it in CHROMIUM`, {
      cause: error,
    });
  }
}
