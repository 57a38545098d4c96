import type { Known } from '../config/schema.ts';
import { protocols } from '../hardware/catalog.ts';

/** Every protocol of the catalog, as the configuration's check wants to know it. */
export const knownProtocols: Known = {
  protocols: Object.fromEntries(Object.entries(protocols).map(([name, { driver }]) => [name, driver])),
};
