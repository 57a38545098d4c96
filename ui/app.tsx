import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Action, View } from '../kiosk/server/wire.ts';
import { accentColours } from './colour.ts';
import type { LineState } from './connection.ts';
import { scaleOf } from './glass.ts';
import { ActionBar } from './parts/action-bar.tsx';
import { Header } from './parts/header.tsx';
import { ToneLine } from './parts/line.tsx';
import { AskOverlay, AwayOverlay, HelpPage, ReplacedOverlay, WarningOverlay } from './parts/overlay.tsx';
import { Stage } from './parts/stage.tsx';
import { StaffCorner } from './parts/staff-corner.tsx';
import { SubmitPlace } from './parts/submit.tsx';
import './parts/parts.css';
import './parts/drawings.css';
import { Attract } from './screens/attract.tsx';
import { Case } from './screens/case.tsx';
import { Choose } from './screens/choose.tsx';
import { Documents } from './screens/documents.tsx';
import { Find } from './screens/find.tsx';
import { OutOfService } from './screens/out-of-service.tsx';
import { PartApproved } from './screens/part-approved.tsx';
import { PayCash } from './screens/pay-cash.tsx';
import { PayCharge } from './screens/pay-charge.tsx';
import { Promised } from './screens/promise.tsx';
import { Reprint } from './screens/reprint.tsx';
import { RefundScreen } from './screens/refund.tsx';
import { Review } from './screens/review.tsx';
import './screens/screens.css';
import './screens/review.css';
import './screens/settled.css';
import './screens/shop.css';
import { Settled } from './screens/settled.tsx';
import { Settling } from './screens/settling.tsx';
import { Shop } from './screens/shop.tsx';
import { TakeNote } from './screens/take-note.tsx';
import { Thanks } from './screens/thanks.tsx';
import { Voucher } from './screens/voucher.tsx';
import { Welcome } from './screens/welcome.tsx';
import { type Seat, SeatProvider, useSeat } from './seat.ts';
import { listenForScans } from './wedge.ts';

interface AppProps {
  readonly view: ReadonlySignal<View | null>;
  readonly state: ReadonlySignal<LineState>;
  readonly away: ReadonlySignal<boolean>;
  readonly seat: Seat;
  /** Makes this glass the one again after another has taken over; absent where there is no line. */
  readonly takeBack?: () => void;
}

/** The whole glass: it draws the newest View and nothing else. */
export function App({ view, state, away, seat, takeBack }: AppProps) {
  const now = view.value;
  if (now === null) return <div class="glass glass-empty" aria-busy="true" />;
  const alone = state.value === 'replaced' ? 'replaced' : away.value ? 'away' : null;
  return (
    <SeatProvider value={seat}>
      <Glass view={now} alone={alone} takeBack={takeBack} />
    </SeatProvider>
  );
}

interface GlassProps {
  readonly view: View;
  /** The line is away, or another glass has it. */
  readonly alone: 'away' | 'replaced' | null;
  readonly takeBack?: () => void;
}

function Glass({ view, alone, takeBack }: GlassProps) {
  useGlass(view);
  const seat = useSeat();
  useEffect(() => {
    return listenForScans(
      document,
      (text) => seat.send({ do: 'scanned', text }),
      () => performance.now(),
    );
  }, [seat]);
  const spoken = useSpoken(view);
  const [place, setPlace] = useState<Element | null>(null);
  const [asking, setAsking] = useState<Action | null>(null);
  // What is asked about may have changed under the question, or gone.
  const asked = asking === null ? null : (view.actions.find((action) => isStill(action, asking)) ?? null);
  useEffect(() => {
    if (asked === null) setAsking(null);
  }, [asked === null]);
  const over = overOf(view, alone, asked);
  const bright = view.body.screen === 'attract' || view.body.screen === 'partly-available';
  return (
    <>
      <div
        class={`glass${bright ? ' glass-accent' : ''}`}
        data-actions={view.actions.length}
        data-screen={view.body.screen}
        inert={over !== null}
      >
        <Header view={view} />
        {view.notice !== null && (
          <div class="machine-notice" data-tone={view.notice.tone} data-place={view.notice.place}>
            <ToneLine tone={view.notice.tone} text={view.notice.text} live />
          </div>
        )}
        {/* A new screen is a new stage: nothing typed crosses over. A View of the same screen keeps it. */}
        <Stage key={`${view.body.screen} ${view.lang}`} name={view.body.screen}>
          <SubmitPlace value={place}>
            <Body view={view} />
          </SubmitPlace>
        </Stage>
        {(bright || view.body.screen === 'out-of-service' || view.body.screen === 'refund') && (
          <StaffCorner key={view.body.screen} lang={view.lang} otherwise={bright ? { do: 'begin' } : null} />
        )}
        <ActionBar actions={view.actions} onAsk={setAsking} submitPlace={setPlace} />
      </div>
      {over === 'help' && view.helpPage !== null && <HelpPage help={view.helpPage} language={view.language} />}
      {over === 'ask' && asked?.ask !== undefined && (
        <AskOverlay ask={asked.ask} intent={asked.intent} onDone={() => setAsking(null)} />
      )}
      {over === 'warning' && view.warning !== null && <WarningOverlay warning={view.warning} />}
      {alone === 'away' && <AwayOverlay text={view.alone.reconnecting} />}
      {alone === 'replaced' && <ReplacedOverlay view={view} onTakeBack={takeBack} />}
      <div class="sr" aria-live="polite">
        {spoken}
      </div>
    </>
  );
}

/** What stands over the screen, the most urgent alone. */
function overOf(view: View, alone: GlassProps['alone'], asked: Action | null) {
  if (alone !== null) return 'alone';
  if (view.warning !== null) return 'warning';
  if (asked !== null) return 'ask';
  return view.helpPage === null ? null : 'help';
}

function isStill({ place, intent, ask, disabled }: Action, before: Action): boolean {
  return place === before.place && intent.do === before.intent.do && ask !== undefined && disabled !== true;
}

/** The line that was said last, as long as it belongs to what is shown: not in another language, not on a later screen. */
function useSpoken(view: View): string | null {
  const line = view.say.at(-1) ?? null;
  const place = `${view.body.screen} ${view.lang}`;
  const heard = useRef({ number: line?.number ?? 0, place });
  if (line !== null && line.number !== heard.current.number) heard.current = { number: line.number, place };
  return line !== null && line.lang === view.lang && heard.current.place === place ? line.text : null;
}

function Body({ view }: { readonly view: View }): JSX.Element {
  const body = view.body;
  switch (body.screen) {
    case 'attract':
    case 'partly-available':
      return <Attract body={body} view={view} />;
    case 'welcome':
      return <Welcome body={body} />;
    case 'find-bill':
      return <Find body={body} />;
    case 'find-receipt':
      return <Reprint body={body} />;
    case 'refund':
      return <RefundScreen body={body} />;
    case 'shop':
      return <Shop body={body} />;
    case 'review':
      return <Review body={body} />;
    case 'choose':
      return <Choose body={body} />;
    case 'promise':
      return <Promised body={body} />;
    case 'voucher':
      return <Voucher body={body} />;
    case 'pay-cash':
      return <PayCash body={body} />;
    case 'pay-charge':
      return <PayCharge body={body} />;
    case 'part-approved':
      return <PartApproved body={body} />;
    case 'settling':
      return <Settling body={body} />;
    case 'take-note':
      return <TakeNote body={body} />;
    case 'settled':
      return <Settled body={body} />;
    case 'documents':
      return <Documents body={body} />;
    case 'thanks':
      return <Thanks body={body} />;
    case 'case':
      return <Case body={body} />;
    case 'out-of-service':
      return <OutOfService body={body} view={view} />;
    default:
      return body satisfies never;
  }
}

/** Sets language, size, layout and the merchant's colours on the document. */
function useGlass(view: View): void {
  const [size, setSize] = useState({ widthPx: window.innerWidth, heightPx: window.innerHeight });
  useEffect(() => {
    const measure = () => setSize({ widthPx: window.innerWidth, heightPx: window.innerHeight });
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, []);
  const { diagonalInch, widthPx, heightPx } = view.glass;
  useLayoutEffect(() => {
    const root = document.documentElement;
    const scale = scaleOf({ diagonalInch, widthPx, heightPx }, size.widthPx, size.heightPx);
    root.dataset.layout = scale.layout;
    root.style.setProperty('--u', `${scale.unitPx}px`);
    root.style.setProperty('--mm', `${scale.mmPx}px`);
    // The stages below measured themselves before the size was known.
    window.dispatchEvent(new Event('resize'));
  }, [diagonalInch, widthPx, heightPx, size.widthPx, size.heightPx]);
  useLayoutEffect(() => {
    const root = document.documentElement;
    root.lang = view.lang;
    document.title = view.merchant.name;
  }, [view.lang, view.merchant.name]);
  useLayoutEffect(() => {
    const root = document.documentElement;
    const colours = accentColours(view.merchant.accent);
    root.style.setProperty('--merchant-accent', colours.fill);
    root.style.setProperty('--merchant-on-accent', colours.onFill);
    root.style.setProperty('--merchant-accent-text', colours.text);
    root.style.setProperty('--merchant-accent-soft', colours.soft);
    root.style.setProperty('--merchant-accent-deep', colours.deep);
  }, [view.merchant.accent]);
}
