/** The front door of the biller: which one a configuration asks for. */
import { join } from 'node:path';
import type { BillerService } from './contract.ts';
import { createFileBiller } from './file.ts';
import { createHttpBiller } from './http.ts';

/** The part `biller` of the configuration. */
export interface BillerConfig {
  readonly kind: 'file' | 'http';
  readonly file: string | null;
  readonly url: string | null;
}

/**
 * `currency` is the kiosk's (ISO 4217); bills in another are refused as nonsense. `file` may begin with `DATA/`.
 * Throws, naming what is wrong, when a file of the kind `file` cannot be used.
 */
export function createBiller(options: {
  readonly config: BillerConfig;
  readonly currency: string;
  readonly dataDir: string;
}): BillerService {
  const { config, currency, dataDir } = options;
  switch (config.kind) {
    case 'file':
      return createFileBiller({
        ledgerPath: join(dataDir, 'biller.jsonl'),
        billsPath: config.file === null ? null : config.file.replace(/^DATA\//, `${dataDir}/`),
        currency,
      });
    case 'http':
      if (config.url === null) throw new Error('biller.url is null; a biller of the kind http needs its address');
      return createHttpBiller({ url: config.url, currency });
    default:
      return config.kind satisfies never;
  }
}
