import { useState } from 'preact/hooks';
import type { Device } from './api.ts';
import { type CardTemper, cardTempers, PlayCard } from './card.tsx';
import { PlayCoin } from './coin.tsx';
import { fly, handCoinPx, Handle, type Held, InHand } from './hand.tsx';
import { type Piece, piecesFor, slotFor } from './machines.ts';
import { formatNote, noteFigure, readMoney } from './money.ts';
import { type Condition, conditions, PlayNote } from './note.tsx';
import type { Bench } from './state.ts';

interface Money {
  readonly piece: Piece;
  readonly minor: number;
  readonly currency: string;
}

/** Notes, coins and cards in the hand, as many kinds as the cabinet has slots for. */
export function Wallet({ bench }: { readonly bench: Bench }) {
  const [condition, setCondition] = useState<Condition>('good');
  const [held, setHeld] = useState<Held | null>(null);
  const words = bench.words.value;
  const devices = bench.devices.value;
  const notes = piecesFor(devices, 'note');
  const coins = piecesFor(devices, 'coin');
  const terminals = devices.filter(({ kind }) => kind === 'card-terminal');

  const insert = async ({ piece, minor }: Money, device: Device | undefined, source: DOMRect) => {
    if (device === undefined) return;
    fly(piece, source, device.id);
    const extra = piece === 'coin' || condition === 'good' ? {} : { condition };
    await bench.doTo(`devices/${device.id}`, { action: piece === 'coin' ? 'insert coin' : 'insert', minor, ...extra });
  };
  const putIn = (money: Money) => (slot: string | null, source: DOMRect) =>
    void insert(
      money,
      slot === null ? slotFor(devices, money.piece, money.minor) : devices.find((d) => d.id === slot),
      source,
    );
  const handleOf = (money: Money) => {
    const figure = noteFigure(bench.whole.value, money.minor, money.currency);
    return (
      <Handle
        key={money.minor}
        thing={money.piece}
        label={words.insertNote(formatNote(bench.whole.value, money.minor, money.currency))}
        hold={setHeld}
        put={putIn(money)}
      >
        {money.piece === 'note' ? (
          <PlayNote figure={figure} condition={condition} />
        ) : (
          <PlayCoin figure={figure} largestPx={handCoinPx} />
        )}
      </Handle>
    );
  };
  const cash = notes.length + coins.length > 0;
  return (
    <section class="panel wallet" aria-label={words.wallet}>
      <h2>{words.wallet}</h2>
      {notes.length > 0 && (
        <div class="segments" role="radiogroup" aria-label={words.condition}>
          {conditions.map((one) => (
            <label key={one} class="segment">
              <input type="radio" name="condition" checked={condition === one} onChange={() => setCondition(one)} />
              <span>{words[one]}</span>
            </label>
          ))}
        </div>
      )}
      <div class="notes">{notes.map((note) => handleOf({ ...note, piece: 'note' }))}</div>
      {coins.length > 0 && <div class="coins">{coins.map((coin) => handleOf({ ...coin, piece: 'coin' }))}</div>}
      {cash && <p class="hint">{coins.length > 0 ? words.dragMoney : words.dragNote}</p>}
      {terminals.length > 0 && <Cards bench={bench} terminals={terminals} hold={setHeld} />}
      <InHand held={held} />
    </section>
  );
}

interface CardsProps {
  readonly bench: Bench;
  readonly terminals: readonly Device[];
  readonly hold: (held: Held | null) => void;
}

/** One card for each thing that a bank may say, or that a card may be. */
function Cards({ bench, terminals, hold }: CardsProps) {
  const [part, setPart] = useState('');
  const words = bench.words.value;
  const minor = readMoney(bench.whole.value, part);
  const put = (temper: CardTemper) => (slot: string | null, source: DOMRect) => {
    const device =
      terminals.find(({ id }) => id === slot) ?? terminals.find(({ card }) => card !== true) ?? terminals[0];
    if (device === undefined) return;
    fly('card', source, device.id);
    const amount = temper === 'partial' && minor !== null ? { minor } : {};
    void bench.doTo(`devices/${device.id}`, { action: 'card', value: temper, ...amount });
  };
  return (
    <>
      <h3>{words.cards}</h3>
      <div class="cards">
        {cardTempers.map((temper) => (
          <Handle
            key={temper}
            thing="card"
            label={words.insertCard(words.cardIs[temper])}
            hold={hold}
            put={put(temper)}
          >
            <PlayCard temper={temper} words={words} />
          </Handle>
        ))}
      </div>
      <label class="field-line">
        <span>{words.partialAmount}</span>
        <input
          inputMode="decimal"
          placeholder={words.half}
          value={part}
          onInput={(event) => setPart(event.currentTarget.value)}
        />
      </label>
      <p class="hint">{words.dragCard}</p>
    </>
  );
}
