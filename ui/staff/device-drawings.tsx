/** Line drawings of the machines as they look in the cabinet's front, 64 units, one stroke; the style sheet colours them. */
import type { ComponentChildren } from 'preact';
import type { StaffTill } from '../../kiosk/server/staff-wire.ts';

const drawings: Readonly<Record<StaffTill['devices'][number]['kind'], ComponentChildren>> = {
  'note-acceptor': (
    <>
      <rect class="f-body" x="6" y="10" width="52" height="44" rx="8" />
      <path class="f-slot" d="M16 26h32" />
      <path class="f-line" d="M20 32v16h24V32M28 40h8" />
    </>
  ),
  recycler: (
    <>
      <rect class="f-body" x="6" y="6" width="52" height="52" rx="8" />
      <path class="f-slot" d="M16 20h32" />
      <path class="f-line" d="M22 40a10 10 0 0 1 18-5M42 44a10 10 0 0 1-18 5M40 27v8h-8M24 57v-8h8" />
    </>
  ),
  'coin-acceptor': (
    <>
      <rect class="f-body" x="12" y="6" width="40" height="52" rx="8" />
      <path class="f-slot" d="M32 14v16" />
      <circle class="f-line" cx="32" cy="44" r="8" />
    </>
  ),
  hopper: (
    <>
      <path class="f-body" d="M8 10h48l-10 26v14a4 4 0 0 1-4 4H22a4 4 0 0 1-4-4V36z" />
      <circle class="f-line" cx="26" cy="22" r="5" />
      <circle class="f-line" cx="39" cy="22" r="5" />
      <circle class="f-line" cx="32" cy="32" r="5" />
      <path class="f-slot" d="M26 46h12" />
    </>
  ),
  display: (
    <>
      <rect class="f-body" x="14" y="4" width="36" height="56" rx="6" />
      <rect class="f-line" x="19" y="9" width="26" height="40" rx="3" />
      <path class="f-slot" d="M28 55h8" />
    </>
  ),
  'card-terminal': (
    <>
      <rect class="f-body" x="14" y="4" width="36" height="56" rx="7" />
      <rect class="f-line" x="20" y="10" width="24" height="14" rx="3" />
      <path class="f-line" d="M22 32h4M30 32h4M38 32h4M22 40h4M30 40h4M38 40h4" />
      <path class="f-slot" d="M22 52h20" />
    </>
  ),
  scanner: (
    <>
      <rect class="f-body" x="8" y="12" width="48" height="40" rx="8" />
      <path class="f-line" d="M18 22v20M24 22v20M29 22v20M36 22v20M41 22v20M46 22v20" />
      <path class="f-slot" d="M13 32h38" />
    </>
  ),
  printer: (
    <>
      <rect class="f-body" x="6" y="10" width="52" height="28" rx="8" />
      <path class="f-slot" d="M16 30h32" />
      <path class="f-line" d="M20 32v26l4-3 4 3 4-3 4 3 4-3 4 3V32M27 40h10M27 46h6" />
    </>
  ),
  'cabinet-io': (
    <>
      <rect class="f-body" x="6" y="12" width="52" height="40" rx="6" />
      <path class="f-line" d="M14 44v8M24 44v8M34 44v8M44 44v8M14 12v6M24 12v6M34 12v6M44 12v6" />
      <circle class="f-line" cx="20" cy="32" r="4" />
      <path class="f-slot" d="M32 32h16" />
    </>
  ),
  other: (
    <>
      <rect class="f-body" x="10" y="10" width="44" height="44" rx="8" />
      <circle class="f-line" cx="32" cy="32" r="8" />
    </>
  ),
};

export function Fitting({ kind }: { readonly kind: StaffTill['devices'][number]['kind'] }) {
  return (
    <svg class="fitting" viewBox="0 0 64 64" aria-hidden="true">
      {drawings[kind]}
    </svg>
  );
}
