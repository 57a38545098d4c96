/** Our own line drawings of goods, in the stroke of the machines: ink, one soft ground, one accent of the merchant. */
import type { JSX } from 'preact';
import type { GoodsPicture } from '../../kiosk/server/wire.ts';

/** One of the goods, as large as its place. It says nothing that the name beside it does not. */
export function GoodsDrawing({ picture }: { readonly picture: GoodsPicture }) {
  return (
    <svg class="goods" data-goods={picture} viewBox="0 0 64 64" aria-hidden="true">
      {drawings[picture]}
    </svg>
  );
}

const drawings: Readonly<Record<GoodsPicture, JSX.Element>> = {
  cup: (
    <>
      <path class="g-accent" d="M22 20q-3-3 0-6t0-6M32 20q-3-3 0-6t0-6" />
      <path class="g-body" d="M11 26h33v14a12 12 0 0 1-12 12h-9a12 12 0 0 1-12-12z" />
      <path class="g-tint" d="M11 26h33v8H11z" />
      <path class="g-line" d="M44 30h3.5a6.5 6.5 0 0 1 0 13h-4M8 58h40" />
    </>
  ),
  bottle: (
    <>
      <rect class="g-tint" x="26" y="5" width="12" height="7" rx="2" />
      <path class="g-body" d="M28 12v5c0 5-7 7-7 15v23a4 4 0 0 0 4 4h14a4 4 0 0 0 4-4V32c0-8-7-10-7-15v-5z" />
      <path class="g-tint" d="M21 34h22v14H21z" />
      <path class="g-accent" d="M26 41q3-3.5 6 0t6 0" />
    </>
  ),
  bowl: (
    <>
      <path class="g-body" d="M14 33c0-10 8-18 18-18s18 8 18 18z" />
      <path class="g-line" d="M24 26l2-2M31 22h3M39 27l2 2M29 29h3" />
      <path class="g-body" d="M7 33h50c0 10-6 17-14 20v4H21v-4C13 50 7 43 7 33z" />
      <path class="g-tint" d="M7 33h50c-.2 2.6-.7 5-1.5 7h-47C7.7 38 7.2 35.6 7 33z" />
    </>
  ),
  noodles: (
    <>
      <path class="g-line" d="M39 22L52 4M45 25L59 8" />
      <path class="g-body" d="M12 33c0-9 9-16 20-16s20 7 20 16z" />
      <path class="g-accent" d="M18 29.5q3.5-4 7 0t7 0 7 0 7 0M22 23q3.3-3.5 6.6 0t6.6 0 6.6 0" />
      <path class="g-body" d="M7 33h50c0 10-6 17-14 20v4H21v-4C13 50 7 43 7 33z" />
      <path class="g-tint" d="M7 33h50c-.2 2.6-.7 5-1.5 7h-47C7.7 38 7.2 35.6 7 33z" />
    </>
  ),
  dumpling: (
    <>
      <path
        class="g-body"
        d="M7 44a6 6 0 0 1 4-10 6 6 0 0 1 6-9 6.5 6.5 0 0 1 9-6 7 7 0 0 1 12 0 6.5 6.5 0 0 1 9 6 6 6 0 0 1 6 9 6 6 0 0 1 4 10c-3 6-13 8-25 8S10 50 7 44z"
      />
      <path class="g-tint" d="M7 44c4 2 14 3 25 3s21-1 25-3c-3 6-13 8-25 8S10 50 7 44z" />
      <path class="g-accent" d="M11 34l7 3M17 25l6.5 7M26 19l3 9M38 19l-3 9M47 25l-6.5 7M53 34l-7 3" />
    </>
  ),
  plate: (
    <>
      <circle class="g-body" cx="32" cy="33" r="18" />
      <circle class="g-tint" cx="32" cy="33" r="11" />
      <path class="g-line" d="M3 11v11a4 4 0 0 0 8 0V11M7 11v44M58 55V11c-4 3.5-5 9-5 16v8h5" />
      <path class="g-accent" d="M27 33a5 5 0 0 1 5-5" />
    </>
  ),
  bread: (
    <>
      <path
        class="g-body"
        d="M7 27c0-6 5-11 11-11h28c6 0 11 5 11 11 0 4-2 6-4 7v16a4 4 0 0 1-4 4H15a4 4 0 0 1-4-4V34c-2-1-4-3-4-7z"
      />
      <path class="g-tint" d="M14 27c0-3 2-5 5-5h26c3 0 5 2 5 5 0 2-1.5 3.5-3 4v17H17V31c-1.5-.5-3-2-3-4z" />
      <path class="g-accent" d="M25 30l-3 6M33.5 30l-3 6M42 30l-3 6" />
    </>
  ),
  cake: (
    <>
      <circle class="g-tint" cx="42" cy="12" r="5" />
      <path class="g-accent" d="M43 7c1-2 2.5-3 5-3" />
      <path class="g-body" d="M7 34L40 17c9 1 15 7 17 17z" />
      <path class="g-body" d="M7 34h50v19a3 3 0 0 1-3 3H10a3 3 0 0 1-3-3z" />
      <path class="g-tint" d="M7 41h50v7H7z" />
    </>
  ),
  fruit: (
    <>
      <path
        class="g-body"
        d="M32 23c-5-4-21-5-21 11 0 12 8 24 15 24 3 0 4-2 6-2s3 2 6 2c7 0 15-12 15-24 0-16-16-15-21-11z"
      />
      <path class="g-line" d="M32 23c0-6 1-10 3-13" />
      <path class="g-tint" d="M35 16c1-7 7-11 14-11 0 8-6 12-14 11z" />
      <path class="g-accent" d="M18 36c0-4 2-7 5-8" />
    </>
  ),
  vegetable: (
    <>
      <path
        class="g-tint"
        d="M24 34C14 34 6 28 6 19c0-8 7-13 14-10 2-5 7-6 12-6s10 1 12 6c7-3 14 2 14 10 0 9-8 15-18 15z"
      />
      <path class="g-body" d="M24 34c0 8-4 12-4 18 0 5 5 7 12 7s12-2 12-7c0-6-4-10-4-18-2-6-4-13-8-20-4 7-6 14-8 20z" />
      <path class="g-accent" d="M32 24v22M26 40c0 5-1 8-1 11M38 40c0 5 1 8 1 11" />
    </>
  ),
  milk: (
    <>
      <path class="g-tint" d="M21 6h22v7H21z" />
      <path class="g-body" d="M21 13h22l6 13v29a3 3 0 0 1-3 3H18a3 3 0 0 1-3-3V26z" />
      <path class="g-line" d="M15 26h34" />
      <path class="g-tint" d="M32 32c4 5 6.5 8 6.5 11.5a6.5 6.5 0 0 1-13 0C25.5 40 28 37 32 32z" />
      <path class="g-accent" d="M32 46.5a3 3 0 0 0 3-3" />
    </>
  ),
  bag: (
    <>
      <path class="g-body" d="M13 21h38l4 33a3.5 3.5 0 0 1-3.5 4h-39A3.5 3.5 0 0 1 9 54z" />
      <path class="g-tint" d="M10.2 45h43.6l1.2 9a3.5 3.5 0 0 1-3.5 4h-39A3.5 3.5 0 0 1 9 54z" />
      <path class="g-accent" d="M23 30V16a9 9 0 0 1 18 0v14" />
    </>
  ),
  box: (
    <>
      <path class="g-body" d="M32 6l24 12v28L32 58 8 46V18z" />
      <path class="g-tint" d="M20 12l24 12v10l-5-2.5V26.5L15 14.5z" />
      <path class="g-line" d="M8 18l24 12 24-12M32 30v28" />
      <path class="g-accent" d="M14 40l7 3.5" />
    </>
  ),
  umbrella: (
    <>
      <path
        class="g-body"
        d="M7 34C7 20 18 11 32 11s25 9 25 23c-3-4-9-4-12 0-3-4-10-4-13 0-3-4-10-4-13 0-3-4-9-4-12 0z"
      />
      <path class="g-tint" d="M19 34c0-10 5-18 13-23 8 5 13 13 13 23-3-4-10-4-13 0-3-4-10-4-13 0z" />
      <path class="g-line" d="M32 11V6" />
      <path class="g-accent" d="M32 34v17a5.5 5.5 0 0 1-11 0" />
    </>
  ),
};
