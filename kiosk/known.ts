/** What the check of a configuration has to know of this program, handed to it by whoever reads one. */
import { knownHardware } from '../hardware/catalog.ts';
import { isText } from './text/languages.ts';

export const knownToKiosk = { ...knownHardware, isText };
