import { useRef } from 'preact/hooks';
import type { AmountText } from '../../kiosk/server/wire.ts';

/** Widths in em, measured from Inter at weight 680; used to fit an amount into its place without ever breaking it. */
const digitEm = 0.64;
const markEm = 0.3;
const signEm = 0.38;
const fractionShare = 0.7;

interface AmountProps {
  readonly amount: AmountText;
  readonly size: 'amount' | 'title' | 'large' | 'body';
  readonly accent?: boolean;
  /** Set as if it were this wide, in em: amounts of one row have one size. */
  readonly ems?: number;
}

/**
 * An amount set in type: sign at 55 %, fraction at 70 %, never broken, as large as its step allows and its place has
 * room. A digit that changes rolls; what is spoken is the whole amount at once.
 */
export function Amount({ amount, size, accent, ems }: AmountProps) {
  const before = useRef(amount);
  const was = before.current;
  before.current = amount;
  return (
    <span class={`amount-place amount-${size}${accent === true ? ' amount-accent' : ''}`}>
      <span class="sr">{amount.sign + amount.whole + amount.fraction}</span>
      <span class="amount" aria-hidden="true" style={{ '--ems': (ems ?? widthEm(amount)).toFixed(2) }}>
        <span class="amount-sign">{amount.sign}</span>
        <Digits text={amount.whole} was={was.whole} />
        <span class="amount-fraction">
          <Digits text={amount.fraction} was={was.fraction} />
        </span>
      </span>
    </span>
  );
}

/** Digits keep their place counted from the right, so that 100 → 50 rolls hundreds, tens and ones where they are. */
function Digits({ text, was }: { readonly text: string; readonly was: string }) {
  return (
    <>
      {[...text].map((sign, index) => {
        const place = text.length - index;
        const old = was.at(-place) ?? '';
        const rolls = old !== sign && text !== was;
        return (
          <span
            key={`${place}${sign}`}
            class={/\d/.test(sign) ? 'digit' : 'mark'}
            data-was={rolls ? old : undefined}
            data-roll={rolls ? '' : undefined}
          >
            <span>{sign}</span>
          </span>
        );
      })}
    </>
  );
}

/** How wide an amount is at a size of 1 em. */
export function widthEm(amount: AmountText): number {
  const width = (text: string) => [...text].reduce((sum, sign) => sum + (/\d/.test(sign) ? digitEm : markEm), 0);
  return signEm * amount.sign.length + width(amount.whole) + width(amount.fraction) * fractionShare;
}
