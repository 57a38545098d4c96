/** What staff see of the office that this kiosk belongs to, or is to belong to. */
import type { VoucherQuestion } from '../command.ts';
import type { FleetStatus } from '../fleet/status.ts';
import type { Kiosk } from '../kiosk.ts';
import type { VoucherWord } from '../sale/voucher.ts';
import type { StaffOffice } from './staff-wire.ts';

export interface OfficeParts {
  readonly status: () => FleetStatus;
  /** It belongs to no office any more. Rejects when the disk does not take it. */
  readonly leave: () => Promise<void>;
  /** What it says of a slip of this kiosk, within two seconds; null: nothing. */
  readonly wordOn: (own: Pick<VoucherQuestion, 'serial' | 'proof'>) => Promise<VoucherWord | null>;
}

export function officeTable(kiosk: Kiosk, { status }: Pick<OfficeParts, 'status'>): StaffOffice {
  const { configured, paired, code, problem } = status();
  const { office, untaken, stale } = kiosk.configuration;
  const line = paired?.uplink ?? null;
  return {
    configured,
    paired:
      office === null || paired === null
        ? null
        : {
            ...office,
            line:
              line === null
                ? null
                : {
                    connected: line.connected,
                    heardAt: line.heardMs === null ? null : new Date(line.heardMs).toISOString(),
                    waiting: line.waiting,
                  },
          },
    ...{ code, problem, untaken, stale },
  };
}
