/** What the glass shows: the newest View, the lines spoken, and who listens for a new one. */
import type { Config } from '../config/schema.ts';
import type { Papers } from './documents/papers.ts';
import type { EntryBody } from './entry.ts';
import type { Kiosk } from './kiosk.ts';
import type { View } from './server/wire.ts';
import { announcements } from './view/say.ts';
import { view } from './view/view.ts';

/** Spoken lines that a glass which joins late may still hear. */
const linesKept = 8;

export interface Stage {
  step(entries: readonly EntryBody[], kiosk: Kiosk): void;
  view(kiosk: Kiosk): View;
  subscribe(listener: () => void): () => void;
  /** The journal cannot be written: out of service from now on. */
  fail(): void;
}

export function createStage(parts: { readonly config: Config; readonly papers: Papers }): Stage {
  const listeners = new Set<() => void>();
  let number = 0;
  let spoken = 0;
  let lines: View['say'] = [];
  let before: Kiosk | null = null;
  let failed = false;
  const tell = () => {
    number += 1;
    for (const listener of listeners) listener();
  };
  return {
    step(entries, kiosk) {
      const said = before === null ? [] : announcements(entries, before, kiosk, parts.config);
      before = kiosk;
      for (const line of said) {
        spoken += 1;
        lines = [...lines, { ...line, number: spoken }].slice(-linesKept);
      }
      tell();
    },
    view: (kiosk) =>
      view(
        kiosk,
        {
          config: parts.config,
          say: lines,
          failed,
          phoneReceipt: (receipt, lang) => parts.papers.phoneReceipt(receipt, lang),
        },
        number,
      ),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    fail() {
      failed = true;
      tell();
    },
  };
}
