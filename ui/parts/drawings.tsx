/**
 * Our own line drawings of the machines, in one stroke: before, doing, done. The style sheet moves them; without motion
 * they stand in the frame that says most.
 */
import type { CashPicture, ScreenBody } from '../../kiosk/server/wire.ts';

type Slot = Extract<ScreenBody, { screen: 'pay-cash' }>['slot'];

/** The note acceptor: slot, guide lips, its ring of light, three lights, and the note where it is. */
export function AcceptorDrawing({ slot }: { readonly slot: Slot }) {
  return (
    <svg class="drawing acceptor" data-slot={slot} viewBox="0 0 640 400" aria-hidden="true">
      <defs>
        <clipPath id="below-slot">
          <rect x="150" y="146" width="340" height="254" />
        </clipPath>
        <clipPath id="note-face">
          <rect x="214" y="152" width="212" height="216" rx="12" />
        </clipPath>
      </defs>
      <rect class="d-body" x="112" y="24" width="416" height="196" rx="28" />
      <rect class="d-inner" x="128" y="40" width="384" height="164" rx="18" />
      <g class="lights">
        <circle class="light" cx="280" cy="80" r="7" />
        <circle class="light" cx="320" cy="80" r="7" />
        <circle class="light" cx="360" cy="80" r="7" />
      </g>
      <rect class="halo halo-wide" x="152" y="112" width="336" height="68" rx="34" />
      <rect class="halo" x="164" y="122" width="312" height="48" rx="24" />
      <rect class="d-slot" x="180" y="134" width="280" height="24" rx="12" />
      <g clip-path="url(#below-slot)">
        <g class="note-move">
          <rect class="d-note" x="212" y="150" width="216" height="220" rx="14" />
          <g clip-path="url(#note-face)">
            <path class="d-thin" d="M236 184h56M348 184h56M236 336h56M348 336h56" />
            <path
              class="d-guilloche"
              d="M222 232q16-12 33 0t33 0 33 0 33 0 33 0 33 0M222 260q16-12 33 0t33 0 33 0 33 0 33 0 33 0M222 288q16-12 33 0t33 0 33 0 33 0 33 0 33 0"
            />
          </g>
          <circle class="d-seal" cx="320" cy="260" r="42" />
          <path class="d-line" d="M304 238l16 22 16-22M320 260v24M306 264h28M306 274h28" />
        </g>
        <rect class="scan" x="204" y="160" width="232" height="6" rx="3" />
      </g>
      <g class="arrow-in">
        <path class="d-arrow" d="M494 356V262M458 298l36-38 36 38" />
      </g>
      <g class="arrow-out">
        <path class="d-arrow" d="M494 262v94M458 320l36 38 36-38" />
      </g>
      <g class="shutter">
        <path class="d-line" d="M206 146h228" />
      </g>
    </svg>
  );
}

/** The printer's mouth with a slip or a receipt coming out of it. */
export function PrinterDrawing({ paper, doing }: { readonly paper: 'slip' | 'receipt'; readonly doing: boolean }) {
  return (
    <svg class="drawing printer" data-doing={doing ? '' : undefined} viewBox="0 0 640 400" aria-hidden="true">
      <defs>
        <clipPath id="below-mouth">
          <rect x="150" y="112" width="340" height="290" />
        </clipPath>
      </defs>
      <rect class="d-body" x="112" y="24" width="416" height="140" rx="28" />
      <rect class="d-inner" x="128" y="40" width="384" height="108" rx="18" />
      <circle class="light light-on" cx="470" cy="68" r="7" />
      <rect class="d-slot" x="180" y="100" width="280" height="24" rx="12" />
      <g clip-path="url(#below-mouth)">
        <g class="paper-move">
          <path
            class="d-note"
            d="M212 90h216v252l-18-12-18 12-18-12-18 12-18-12-18 12-18-12-18 12-18-12-18 12-18-12-18 12z"
          />
          {paper === 'slip' ? <SlipFace /> : <ReceiptFace />}
        </g>
      </g>
      <g class="arrow-out">
        <path class="d-arrow" d="M494 222v94M458 280l36 38 36-38" />
      </g>
    </svg>
  );
}

/** Cash that comes out: notes at the slot, coins in the tray below the screen, or both in one picture. */
export function CashDrawing({ what }: { readonly what: CashPicture }) {
  return what === 'notes' ? <AcceptorDrawing slot="returning" /> : <TrayDrawing notes={what === 'cash'} />;
}

function TrayDrawing({ notes }: { readonly notes: boolean }) {
  return (
    <svg class="drawing tray" viewBox="0 0 640 400" aria-hidden="true">
      <rect class="d-body" x="112" y="40" width="416" height="72" rx="28" />
      <rect class="d-slot" x="180" y="64" width="280" height="24" rx="12" />
      {notes && (
        <>
          <path class="d-note" d="M204 84h232v112H204z" />
          <path class="d-thin" d="M228 108h184v64H228z" />
          <circle class="d-seal" cx="320" cy="140" r="24" />
        </>
      )}
      <circle class="d-note" cx="250" cy="236" r="40" />
      <circle class="d-note" cx="330" cy="250" r="46" />
      <circle class="d-note" cx="408" cy="240" r="36" />
      <path class="d-thin" d="M236 236h28M314 250h32M396 240h24" />
      <path class="d-body" d="M132 256h376l-33 92a28 28 0 0 1-27 20H192a28 28 0 0 1-27-20z" />
    </svg>
  );
}

function SlipFace() {
  return (
    <>
      <path class="d-line" d="M240 152h160" />
      <circle class="d-seal" cx="320" cy="212" r="34" />
      <path class="d-line" d="M307 194l13 18 13-18M320 212v20M309 215h22M309 224h22" />
      <path class="d-thin" d="M248 270h144M276 292h88" />
    </>
  );
}

function ReceiptFace() {
  return (
    <>
      <path class="d-line" d="M240 152h104" />
      <path class="d-thin" d="M240 184h80M372 184h28M240 208h96M372 208h28M240 232h64M372 232h28" />
      <path class="d-line d-dash" d="M240 260h160" />
      <path class="d-line" d="M240 290h72M360 290h40" />
    </>
  );
}

/** A change slip with its two lines, so that the eye finds on paper what the field asks for. */
export function SlipDrawing({ at }: { readonly at: 'serial' | 'code' }) {
  return (
    <svg class="drawing slip" data-at={at} viewBox="0 0 360 240" aria-hidden="true">
      <path
        class="d-note"
        d="M60 12h240a8 8 0 0 1 8 8v200l-16-10-16 10-16-10-16 10-16-10-16 10-16-10-16 10-16-10-16 10-16-10-16 10-16-10-16 10-16-10-16 10-16-10V20a8 8 0 0 1 8-8z"
      />
      <path class="d-line" d="M84 44h88" />
      <path class="d-thin" d="M84 66h132" />
      <g class="slip-serial">
        <rect class="slip-mark" x="72" y="86" width="216" height="44" rx="10" />
        <path class="d-line" d="M90 108h28M130 108h28M170 108h28M210 108h28" />
      </g>
      <g class="slip-code">
        <rect class="slip-mark" x="72" y="142" width="216" height="44" rx="10" />
        <path class="d-line" d="M90 164h44M146 164h44M202 164h44" />
      </g>
    </svg>
  );
}

/** A check, drawn once. */
export function CheckDrawing() {
  return (
    <svg class="check" viewBox="0 0 144 144" aria-hidden="true">
      <circle class="check-ground" cx="72" cy="72" r="68" />
      <path class="check-stroke" pathLength="1" d="M42 75l21 21 41-45" />
    </svg>
  );
}

/** A hand that touches the glass. */
export function TouchDrawing() {
  return (
    <svg class="drawing touch" viewBox="0 0 320 320" aria-hidden="true">
      <circle class="touch-ring touch-ring-3" cx="160" cy="124" r="116" />
      <circle class="touch-ring touch-ring-2" cx="160" cy="124" r="82" />
      <circle class="touch-dot" cx="160" cy="124" r="44" />
      <path
        class="touch-hand"
        d="M146 246l-31-34c-8-9-21-9-28-1s-6 18 1 27l49 59c8 10 19 15 32 15h45c24 0 42-16 46-40l8-47c4-23-9-37-27-40l-55-9v-49a20 20 0 0 0-40 0z"
      />
      <path class="touch-line" d="M186 176v40M216 181v36M244 190v30" />
    </svg>
  );
}

/** Bills being set right: the machine finishes what it began. */
export function SettlingDrawing() {
  return (
    <svg class="drawing settling" viewBox="0 0 320 240" aria-hidden="true">
      <path
        class="d-note"
        d="M88 20h144a10 10 0 0 1 10 10v190l-18-12-18 12-18-12-18 12-18-12-18 12-18-12-18 12-18-12-14 12V30a10 10 0 0 1 14-10z"
      />
      <path class="d-thin settling-1" pathLength="1" d="M106 62h64" />
      <path class="d-thin settling-2" pathLength="1" d="M106 92h108" />
      <path class="d-thin settling-3" pathLength="1" d="M106 122h86" />
      <path class="d-line settling-4" pathLength="1" d="M106 162h108" />
    </svg>
  );
}

type TerminalState = 'wait' | 'card' | 'pin' | 'bank' | 'remove';

/** Our own drawing of a card terminal: its contactless mark, its screen, its keys, and the card where it is. */
export function TerminalDrawing({ state }: { readonly state: TerminalState }) {
  return (
    <svg class="drawing terminal" data-at={state} viewBox="0 0 640 480" aria-hidden="true">
      <defs>
        <clipPath id="below-reader">
          <rect x="150" y="384" width="340" height="120" />
        </clipPath>
      </defs>
      <g class="terminal-card" clip-path="url(#below-reader)">
        <g class="card-move">
          <rect class="d-note" x="254" y="348" width="132" height="112" rx="12" />
          <rect class="d-seal" x="304" y="402" width="32" height="26" rx="6" />
          <path class="d-thin" d="M272 442h42" />
        </g>
      </g>
      <rect class="d-body" x="200" y="20" width="240" height="372" rx="32" />
      <rect class="d-inner" x="214" y="34" width="212" height="344" rx="20" />
      <g class="contactless">
        <path class="d-line" d="M302 58q8 9 0 18" />
        <path class="d-line" d="M314 52q13 15 0 30" />
        <path class="d-line" d="M326 46q18 21 0 42" />
      </g>
      <rect class="d-note" x="232" y="104" width="176" height="104" rx="12" />
      <TerminalGlass state={state} />
      <g>
        {[0, 1, 2].flatMap((row) =>
          [0, 1, 2].map((column) => (
            <rect
              key={`${row} ${column}`}
              class="terminal-key"
              x={240 + column * 58}
              y={236 + row * 42}
              width="44"
              height="26"
              rx="8"
            />
          )),
        )}
      </g>
      <rect class="d-slot" x="244" y="376" width="152" height="16" rx="8" />
      {state === 'card' && <TapAndSwipe />}
      <g class="arrow-in">
        <path class="d-arrow" d="M430 466v-52M408 436l22-22 22 22" />
      </g>
      <g class="arrow-out">
        <path class="d-arrow" d="M430 414v52M408 444l22 22 22-22" />
      </g>
    </svg>
  );
}

/** A card that is held to the mark, and one that is drawn through the slit at the side. */
function TapAndSwipe() {
  return (
    <>
      <rect class="d-note" x="18" y="24" width="122" height="80" rx="12" />
      <rect class="d-seal" x="36" y="46" width="28" height="22" rx="5" />
      <path class="d-thin" d="M36 84h44" />
      <path class="d-arrow" d="M152 66h36M170 46l20 20-20 20" />
      <rect class="d-note" x="454" y="150" width="82" height="128" rx="12" />
      <path class="d-stripe" d="M474 150v128" />
      <path class="d-thin" d="M514 174v44" />
      <path class="d-arrow" d="M576 164v96M554 238l22 22 22-22" />
    </>
  );
}

function TerminalGlass({ state }: { readonly state: TerminalState }) {
  switch (state) {
    case 'pin':
      return (
        <g class="terminal-dots">
          {[0, 1, 2, 3].map((at) => (
            <circle
              key={at}
              class="terminal-dot"
              data-typed={at < 2 ? '' : undefined}
              cx={278 + at * 28}
              cy="156"
              r="8"
            />
          ))}
        </g>
      );
    case 'remove':
      return <path class="d-arrow terminal-check" d="M296 156l18 18 32-36" />;
    case 'card':
      return (
        <g>
          <rect class="d-seal" x="288" y="132" width="64" height="46" rx="8" />
          <path class="d-line" d="M288 148h64" />
        </g>
      );
    case 'bank':
    case 'wait':
      return (
        <g class="terminal-busy">
          {[0, 1, 2].map((at) => (
            <circle key={at} class="busy-dot" cx={292 + at * 28} cy="156" r="8" />
          ))}
        </g>
      );
    default:
      return state satisfies never;
  }
}

/** A phone: the wallet asks its owner to confirm, or its code is still on the way. */
export function PhoneDrawing({ state, wallet }: { readonly state: 'confirm' | 'wait'; readonly wallet: string }) {
  return (
    <svg class="drawing phone" data-at={state} data-wallet={wallet} viewBox="0 0 640 400" aria-hidden="true">
      <rect class="d-body" x="222" y="12" width="196" height="376" rx="34" />
      <rect class="d-note" x="236" y="48" width="168" height="296" rx="14" />
      <path class="d-line" d="M300 30h40M304 366h32" />
      {state === 'confirm' ? (
        <>
          <circle class="phone-seal" cx="320" cy="118" r="36" />
          <path class="d-line" d="M307 100l13 18 13-18M320 118v20M309 121h22M309 130h22" />
          <path class="d-thin" d="M270 182h100M290 204h60" />
          <rect class="phone-button" x="258" y="244" width="124" height="52" rx="18" />
          <path class="phone-check" d="M304 270l11 11 22-24" />
          <circle class="phone-touch" cx="320" cy="270" r="52" />
        </>
      ) : (
        <>
          <path class="phone-frame" d="M264 138v-24h24M352 114h24v24M376 226v24h-24M288 250h-24v-24" />
          {[0, 1, 2].map((at) => (
            <circle key={at} class="busy-dot" cx={292 + at * 28} cy="182" r="8" />
          ))}
        </>
      )}
    </svg>
  );
}
