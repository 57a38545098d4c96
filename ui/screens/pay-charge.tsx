import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { Amount } from '../parts/amount.tsx';
import { PhoneDrawing, TerminalDrawing } from '../parts/drawings.tsx';
import { MethodPicture, ScannerIcon, ToneIcon } from '../parts/icons.tsx';
import { ToneLine } from '../parts/line.tsx';
import { phrase } from '../parts/phrase.ts';
import { Qr } from '../parts/qr.tsx';
import { useCountdown } from '../parts/ring.tsx';

type Body = Extract<ScreenBody, { screen: 'pay-charge' }>;
type Code = NonNullable<Body['code']>;

/** A card terminal or a wallet was asked: the amount, whose turn it is, and what to do. */
export function PayCharge({ body }: { readonly body: Body }) {
  return (
    <>
      <div class="sum" aria-live="off">
        <p class="large quiet">{body.toGoLabel}</p>
        <Amount amount={body.toGo} size="amount" />
        {body.received !== null && <ToneLine tone="success" text={body.received} />}
      </div>
      <section class={`picture-card${body.code === null ? '' : ' picture-card-code'}`} data-tone={body.tone}>
        <div class="picture-card-drawing">
          {body.code === null ? (
            <Picture body={body} />
          ) : (
            <WalletCode key={body.code.qr} wallet={body.method} code={body.code} sentence={body.sentence} />
          )}
        </div>
        <div class="picture-card-words">
          <p class="large strong slot-sentence" data-tone={body.tone} role="status">
            {body.tone !== 'calm' && <ToneIcon tone={body.tone} />}
            <span>{phrase(body.sentence)}</span>
          </p>
          {body.hint !== null && <p class="quiet">{phrase(body.hint)}</p>}
          {body.ownCode !== null && (
            <p class="own-code">
              <ScannerIcon />
              <span>{phrase(body.ownCode)}</span>
            </p>
          )}
        </div>
      </section>
    </>
  );
}

function Picture({ body: { method, picture } }: { readonly body: Body }) {
  if (method !== 'card') return <PhoneDrawing state={picture === 'phone' ? 'confirm' : 'wait'} wallet={method} />;
  return <TerminalDrawing state={picture === 'code' || picture === 'phone' ? 'wait' : picture} />;
}

/** Half the side of the ring, and how round its corners are, in its own units. */
const half = 58;
const corner = 9;
/** From the middle of the upper edge, the way the hand of a clock goes. */
const way = `M60 ${60 - half}H${60 + half - corner}a${corner} ${corner} 0 0 1 ${corner} ${corner}V${60 + half - corner}a${corner} ${corner} 0 0 1 ${-corner} ${corner}H${60 - half + corner}a${corner} ${corner} 0 0 1 ${-corner} ${-corner}V${60 - half + corner}a${corner} ${corner} 0 0 1 ${corner} ${-corner}z`;

/** The code in a frame of the wallet's colour that empties, its name below, and the time that is left. */
function WalletCode({
  wallet,
  code,
  sentence,
}: {
  readonly wallet: Body['method'];
  readonly code: Code;
  readonly sentence: string;
}) {
  const { left, full } = useCountdown(code.seconds);
  const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
  return (
    <div class="wallet-code" data-wallet={wallet}>
      <div class="wallet-frame">
        <svg class="wallet-ring" viewBox="0 0 120 120" aria-hidden="true">
          <path class="wallet-track" d={way} />
          <path
            class="wallet-left"
            d={way}
            pathLength={1}
            stroke-dasharray={left === full ? undefined : `${left / full} 1`}
          />
        </svg>
        <Qr text={code.qr} label={sentence} />
      </div>
      <p class="wallet-name">
        <MethodPicture icon={wallet} />
        <span class="strong">{code.label}</span>
        <span class="wallet-time" role="timer">
          {time}
        </span>
      </p>
    </div>
  );
}
