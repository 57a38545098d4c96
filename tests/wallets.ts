/** Both wallets, as the example configures them. */
import { readFileSync } from 'node:fs';
import type { Config } from '../config/schema.ts';

const example = new URL('../config/examples/wallets.json', import.meta.url);

export const wallets: Config['wallets'] = (JSON.parse(readFileSync(example, 'utf8')) as Config).wallets;
