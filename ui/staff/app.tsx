import { LogOut, Plus, TriangleAlert } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useState } from 'preact/hooks';
import type { StaffNow } from '../../kiosk/server/staff-wire.ts';
import type { Lang } from '../../kiosk/server/wire.ts';
import { accentColours } from '../colour.ts';
import { scaleOf } from '../glass.ts';
import { useAsking } from '../desk/asking.ts';
import { act, readNow, useTable } from './api.ts';
import { type Page, PlaceProvider, placeOf, usePlace } from './desk.ts';
import { CasePage, Cases } from './pages/cases.tsx';
import { Checks } from './pages/checks.tsx';
import { ConsolePage } from './pages/console.tsx';
import { BagCount, UnitCount } from './pages/count.tsx';
import { DayClose } from './pages/day.tsx';
import { LogIn, SetUpPage } from './pages/enter.tsx';
import { DevicePage } from './pages/device.tsx';
import { Home } from './pages/home.tsx';
import { Correct, Moves } from './pages/lists.tsx';
import { Box, ConfirmTable, Empty } from './pages/machine.tsx';
import { MyPin, Persons } from './pages/persons.tsx';
import { SealBag } from './pages/seal.tsx';
import { Search } from './pages/search.tsx';
import { Readiness } from './pages/readiness.tsx';
import { Office } from './pages/office.tsx';
import { Orders } from './pages/orders.tsx';
import { Refunds } from './pages/refunds.tsx';
import { Statements } from './pages/statements.tsx';
import { Reports } from './pages/reports.tsx';
import { PaySlip } from './pages/slip.tsx';
import { CloseTerminal } from './pages/terminal.tsx';
import { TracePage } from './pages/trace.tsx';
import { type Sight, SightTools, useSight } from '../desk/sight.tsx';
import { Touch } from '../desk/touch.tsx';
import { words } from './text.ts';

const askEveryMs = 1_000;
/** So near its end the countdown is red. */
const urgentSeconds = 20;
/** A touch is told at most so often. */
const touchEveryMs = 5_000;
/** Nobody is here, on the glass: the customers get it back. */
const idleMs = 60_000;
const iconShape = { size: '1em', strokeWidth: 2, 'aria-hidden': true } as const;

interface AppProps {
  /** The page stands on the customers' glass, which it has to give back. */
  readonly onGlass: boolean;
  /** The language in which it begins. */
  readonly lang: Lang;
  /** Where it begins, and how it looks; the gallery says. */
  readonly first?: { readonly page: Page; readonly sight: Sight };
}

export function App({ onGlass, lang: firstLang, first }: AppProps) {
  const [now, setNow] = useState<StaffNow | null>(null);
  const [away, setAway] = useState(false);
  const [lang, setLang] = useState<Lang>(firstLang);
  const [page, go] = useState<Page>(first?.page ?? { at: 'home' });
  const [sight, see] = useSight(first?.sight);
  const ask = useCallback(async () => {
    const found = await readNow();
    setAway(found === null);
    if (found !== null) setNow(found);
  }, []);
  const changed = useCallback(() => {
    go({ at: 'home' });
    void ask();
  }, [ask]);
  useAsking(ask, askEveryMs);
  useScale(now);
  useTouches(now?.at === 'in', onGlass);
  useLayoutEffect(() => {
    document.documentElement.lang = lang;
    document.title = words[lang].title;
  }, [lang]);
  useLayoutEffect(() => window.scrollTo(0, 0), [page]);
  const unanswered = away && (
    <p class="trouble" role="alert">
      <TriangleAlert {...iconShape} /> <span>{words[lang].noAnswer}</span>
    </p>
  );
  if (now === null) {
    return (
      <main class="staff" aria-busy={!away}>
        {away && <h1>{words[lang].title}</h1>}
        {unanswered}
      </main>
    );
  }
  return (
    <PlaceProvider value={placeOf({ now, lang, words: words[lang], go, changed, onGlass })}>
      <div class="staff" data-at={now.at} data-page={now.at === 'in' ? page.at : now.at}>
        <Head onGlass={onGlass} toOther={() => setLang(lang === 'en' ? 'zh-CN' : 'en')}>
          <SightTools sight={sight} see={see} words={words[lang]} />
        </Head>
        {unanswered}
        <main>{now.at === 'set-up' ? <SetUpPage /> : now.at === 'log-in' ? <LogIn /> : <Inside page={page} />}</main>
      </div>
    </PlaceProvider>
  );
}

interface HeadProps {
  readonly onGlass: boolean;
  readonly toOther: () => void;
  /** More tools, before the language. */
  readonly children: ComponentChildren;
}

function Head({ onGlass, toOther, children }: HeadProps) {
  const { words: own, now, lang, changed } = usePlace();
  const leave = () => void act({ do: 'leave' }).then(changed);
  const { merchant, me } = now;
  return (
    <header class="staff-head">
      <div class="staff-where">
        <span class="staff-mark" aria-hidden="true">
          {merchant.mark === '+' ? <Plus size="1em" strokeWidth={2.5} /> : merchant.mark}
        </span>
        <div>
          <p class="strong">
            {own.title} · {now.kiosk}
          </p>
          {me === null ? (
            <p class="note">
              {merchant.name[lang]} · {now.place[lang]}
            </p>
          ) : (
            <p class="note">
              {me.number} {me.name} · {own.roles[me.role]}
            </p>
          )}
        </div>
      </div>
      <div class="staff-tools">
        {children}
        <Touch onTouch={toOther}>{own.other}</Touch>
        {me !== null ? (
          <Touch look="tool" onTouch={leave}>
            <LogOut {...iconShape} />
            <span>
              {own.logOut}
              <span class={`note ${me.seconds <= urgentSeconds ? 'stop' : ''}`}>{own.logsOut(me.seconds)}</span>
            </span>
          </Touch>
        ) : (
          onGlass && <Touch onTouch={giveBack}>{own.close}</Touch>
        )}
      </div>
    </header>
  );
}

function Inside({ page }: { readonly page: Page }) {
  const till = useTable('till');
  if (till === null) return null;
  switch (page.at) {
    case 'home':
      return <Home till={till} />;
    case 'device':
      return <DevicePage key={page.device} device={page.device} till={till} />;
    case 'console':
      return <ConsolePage key={page.device} device={page.device} />;
    case 'trace':
      return <TracePage key={page.device} device={page.device} />;
    case 'fill':
    case 'remove':
    case 'declare':
      return <UnitCount key={page.at} what={page.at} till={till} />;
    case 'empty':
      return <Empty till={till} />;
    case 'box':
      return <Box till={till} />;
    case 'close-terminal':
      return <CloseTerminal till={till} />;
    case 'confirm-table':
      return <ConfirmTable till={till} />;
    case 'count':
      return <BagCount key={page.bag} bag={page.bag} till={till} />;
    case 'seal':
      return <SealBag key={page.bag} bag={page.bag} till={till} />;
    case 'correct':
      return <Correct key={page.move} move={page.move} till={till} />;
    case 'moves':
      return <Moves />;
    case 'cases':
      return <Cases />;
    case 'checks':
      return <Checks />;
    case 'readiness':
      return <Readiness />;
    case 'find':
      return <Search />;
    case 'case':
      return <CasePage key={page.case} number={page.case} />;
    case 'pay-slip':
      return <PaySlip />;
    case 'refunds':
      return <Refunds />;
    case 'orders':
      return <Orders />;
    case 'statements':
      return <Statements />;
    case 'office':
      return <Office />;
    case 'day':
      return <DayClose />;
    case 'reports':
      return <Reports />;
    case 'persons':
      return <Persons />;
    case 'my-pin':
      return <MyPin />;
    default:
      return page satisfies never;
  }
}

function giveBack(): void {
  location.assign('/');
}

/** Tells that somebody is here; on the glass, goes back to the customers when nobody is. */
function useTouches(inside: boolean, onGlass: boolean): void {
  useEffect(() => {
    let toldMs = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = () => {
      clearTimeout(timer);
      if (onGlass && !inside) timer = setTimeout(giveBack, idleMs);
    };
    const touched = () => {
      wait();
      const nowMs = performance.now();
      if (!inside || nowMs - toldMs < touchEveryMs) return;
      toldMs = nowMs;
      void act({ do: 'touch' });
    };
    wait();
    for (const name of ['pointerdown', 'keydown'] as const) addEventListener(name, touched);
    return () => {
      clearTimeout(timer);
      for (const name of ['pointerdown', 'keydown'] as const) removeEventListener(name, touched);
    };
  }, [inside, onGlass]);
}

/** Sizes by the glass, colours by the merchant. */
function useScale(now: StaffNow | null): void {
  const accent = now?.merchant.accent;
  const glass = now?.glass;
  useLayoutEffect(() => {
    if (accent === undefined || glass === undefined) return;
    const root = document.documentElement;
    const colours = accentColours(accent);
    root.style.setProperty('--merchant-accent', colours.fill);
    root.style.setProperty('--merchant-on-accent', colours.onFill);
    root.style.setProperty('--merchant-accent-text', colours.text);
    root.style.setProperty('--merchant-accent-soft', colours.soft);
    const measure = () => {
      const { layout, mmPx, unitPx } = scaleOf(glass, innerWidth, innerHeight);
      root.dataset.layout = layout;
      root.style.setProperty('--u', `${unitPx}px`);
      root.style.setProperty('--mm', `${mmPx}px`);
    };
    measure();
    addEventListener('resize', measure);
    return () => removeEventListener('resize', measure);
  }, [accent, glass?.diagonalInch, glass?.widthPx, glass?.heightPx]);
}
