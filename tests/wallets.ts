/** Both wallets, as the example configures them. */
import example from '../config/examples/wallets.json' with { type: 'json' };
import type { Config } from '../config/schema.ts';

export const wallets = example.wallets as unknown as Config['wallets'];
