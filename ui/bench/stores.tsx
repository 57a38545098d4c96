import { useState } from 'preact/hooks';
import type { Cash, Device } from './api.ts';
import { coinColours, PlayCoin } from './coin.tsx';
import { Lamp } from './lamp.tsx';
import { cashIn, hasBox, nameOf, takes, totalOf } from './machines.ts';
import { formatMoney, formatNote, noteFigure } from './money.ts';
import { noteColours } from './note.tsx';
import type { Bench } from './state.ts';
import type { Words } from './words.ts';

interface StoreProps {
  readonly bench: Bench;
  readonly device: Device;
}

/** As many coins fill a drawn hopper to its brim. */
const brim = 250;
const fillMaximum = 10_000;

/** Behind the door: boxes that nobody pays out of, and what change comes from. */
export function Stores({ bench }: { readonly bench: Bench }) {
  const devices = bench.devices.value;
  const coinStores = devices.filter((device) => takes(device, 'coin') || device.kind === 'hopper');
  return (
    <>
      {devices
        .filter((device) => takes(device, 'note'))
        .map((device) => (
          <NoteStores key={device.id} bench={bench} device={device} />
        ))}
      {coinStores.length > 0 && (
        <div class="coin-stores">
          {coinStores.filter(hasBox).map((device) => (
            <CashBox key={device.id} bench={bench} device={device} piece="coin" />
          ))}
          {coinStores
            .filter(({ kind }) => kind === 'hopper')
            .map((device) => (
              <Hopper key={device.id} bench={bench} device={device} />
            ))}
        </div>
      )}
    </>
  );
}

function NoteStores({ bench, device }: StoreProps) {
  return (
    <>
      {device.kind === 'recycler' && <Recycler bench={bench} device={device} />}
      <CashBox bench={bench} device={device} piece="note" />
    </>
  );
}

function CashBox({ bench, device, piece }: StoreProps & { readonly piece: 'note' | 'coin' }) {
  const out = device.faults?.includes('cash box out') === true;
  const words = bench.words.value;
  const alike = bench.devices.value.filter((one) => takes(one, piece)).length > 1;
  const title = piece === 'coin' ? words.coinBox : words.box;
  const act = out ? 'insert cashbox' : 'remove cashbox';
  return (
    <div class="box" data-piece={piece} data-out={out ? '' : undefined}>
      <div class="box-head">
        <span>{alike ? `${title} ${device.id}` : title}</span>
        <strong>{formatMoney(bench.whole.value, totalOf([device], 'box'))}</strong>
      </div>
      <Stacks bench={bench} cash={cashIn(device, 'box')} piece={piece} none={out ? words.pulledOut : words.empty} />
      <button type="button" class="tool" onClick={() => void bench.doTo(`devices/${device.id}`, { action: act })}>
        {out ? words.insertBox : words.pullBox}
      </button>
    </div>
  );
}

interface StacksProps {
  readonly bench: Bench;
  readonly cash: readonly Cash[];
  readonly piece: 'note' | 'coin';
  /** What is said when there is nothing. */
  readonly none: string;
}

/** A stack for each denomination, dear ones first. */
function Stacks({ bench, cash, piece, none }: StacksProps) {
  const money = bench.whole.value;
  const sorted = [...cash].sort((a, b) => b.minor - a.minor);
  return (
    <ul class="box-cash">
      {sorted.map((one) => (
        <li key={one.minor} style={{ '--note-ink': noteColours(noteFigure(money, one.minor, one.currency))[0] }}>
          {piece === 'coin' ? (
            <PlayCoin figure={noteFigure(money, one.minor, one.currency)} largestPx={36} />
          ) : (
            <span class="box-stack" style={{ height: `${Math.min(48, 6 + one.count * 3)}px` }} />
          )}
          <span>{formatNote(money, one.minor, one.currency)}</span>
          <span>× {one.count}</span>
        </li>
      ))}
      {cash.length === 0 && <li class="hint">{none}</li>}
    </ul>
  );
}

/** Notes that a recycler keeps to pay out. */
function Recycler({ bench, device }: StoreProps) {
  const words = bench.words.value;
  return (
    <div class="box" data-piece="note">
      <div class="box-head">
        <span>{nameOf(device, bench.devices.value, words)}</span>
        <strong>{formatMoney(bench.whole.value, totalOf([device], 'recycler'))}</strong>
      </div>
      <Stacks bench={bench} cash={cashIn(device, 'recycler')} piece="note" none={words.empty} />
      <Fill bench={bench} device={device} />
    </div>
  );
}

/** A hopper in section: how high the coins stand in it. */
function Hopper({ bench, device }: StoreProps) {
  const words = bench.words.value;
  const cash = cashIn(device, 'hopper');
  const count = cash.reduce((sum, one) => sum + one.count, 0);
  const figure = cash[0] === undefined ? 1 : noteFigure(bench.whole.value, cash[0].minor, cash[0].currency);
  return (
    <div class="box" data-piece="coin">
      <div class="box-head">
        <span>{nameOf(device, bench.devices.value, words)}</span>
      </div>
      <Lamp bench={bench} device={device} />
      <Funnel id={device.id} full={Math.min(1, count / brim)} colours={coinColours(figure)} />
      <ul class="hopper-cash">
        {cash.map((one) => (
          <li key={one.minor}>
            <strong>{formatMoney(bench.whole.value, one.minor, one.currency)}</strong> × {one.count}
          </li>
        ))}
        {cash.length === 0 && <li>{words.empty}</li>}
      </ul>
      <Fill bench={bench} device={device} />
    </div>
  );
}

interface FunnelProps {
  readonly id: string;
  /** 0 to 1. */
  readonly full: number;
  readonly colours: readonly [string, string];
}

/** Its walls, the coins in it, and the disc that pays them out. */
function Funnel({ id, full, colours: [rim, face] }: FunnelProps) {
  const top = 60 - 50 * full;
  // Below the edge the walls run together.
  const inset = Math.max(0, (top - 34) * 0.8);
  const surface = `M${8 + inset} ${top + 2}Q50 ${top - 6} ${92 - inset} ${top + 2}`;
  return (
    <svg class="funnel" viewBox="0 0 100 84" aria-hidden="true">
      <defs>
        <pattern id={`coins-${id}`} width="12" height="9" patternUnits="userSpaceOnUse">
          <rect width="12" height="9" fill={rim} />
          {[
            [0, 2],
            [12, 2],
            [6, 6.5],
            [0, 11],
            [12, 11],
          ].map(([x, y]) => (
            <circle key={`${x} ${y}`} cx={x} cy={y} r="5.4" fill={face} stroke={rim} stroke-width="1" />
          ))}
        </pattern>
      </defs>
      {full > 0 && (
        <path
          class="funnel-coins"
          fill={`url(#coins-${id})`}
          d={top < 34 ? `${surface}V34L70 62H30L8 34z` : `${surface}L70 62H30z`}
        />
      )}
      <path d="M6 4V34L30 64H70L94 34V4" fill="none" stroke="currentColor" stroke-width="3" stroke-linejoin="round" />
      <circle cx="50" cy="70" r="11" fill="var(--card)" stroke="currentColor" stroke-width="3" />
      <circle cx="50" cy="70" r="3" fill="currentColor" />
    </svg>
  );
}

/** Puts so many of one denomination in from above. */
function Fill({ bench, device }: StoreProps) {
  const words = bench.words.value;
  const all = device.denominations ?? [];
  const [chosen, choose] = useState<number | null>(null);
  const [typed, setTyped] = useState('50');
  const minor = chosen ?? cashIn(device, device.kind === 'hopper' ? 'hopper' : 'recycler')[0]?.minor ?? all[0]?.minor;
  const count = /^\d{1,5}$/.test(typed) ? Number(typed) : 0;
  if (minor === undefined) return null;
  const right = count >= 1 && count <= fillMaximum;
  return (
    <form
      class="fill"
      onSubmit={(event) => {
        event.preventDefault();
        if (right) void bench.doTo(`devices/${device.id}`, { action: 'fill', minor, count });
      }}
    >
      {all.length > 1 && (
        <select aria-label={words.whichPiece} onChange={(event) => choose(Number(event.currentTarget.value))}>
          {all.map((one) => (
            <option key={one.minor} value={one.minor} selected={one.minor === minor}>
              {formatNote(bench.whole.value, one.minor, one.currency)}
            </option>
          ))}
        </select>
      )}
      <input
        inputMode="numeric"
        aria-label={fillLabel(words, device)}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <button type="submit" class="tool" disabled={!right}>
        {words.fill}
      </button>
    </form>
  );
}

function fillLabel(words: Words, device: Device): string {
  return device.kind === 'hopper' ? words.coinCount : words.noteCount;
}
