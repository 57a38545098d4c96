import {
  BellRing,
  BookText,
  Languages,
  ListChecks,
  LogOut,
  Megaphone,
  Monitor,
  Plug,
  Send,
  Users,
  WifiOff,
} from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { AlertLine, PairingLine, Session } from '../../kiosk/office/server/wire.ts';
import type { Lang } from '../../kiosk/server/wire.ts';
import { useWatching } from '../desk/asking.ts';
import { type Sight, SightTools, useSight } from '../desk/sight.tsx';
import { Touch } from '../desk/touch.tsx';
import { ask, away, order, turnedOut, useReading } from './api.ts';
import { PlaceProvider, placeOf, usePlace } from './desk.ts';
import { Acts } from './pages/acts.tsx';
import { Alerts } from './pages/alerts.tsx';
import { LogIn, SetUp } from './pages/enter.tsx';
import { KioskView } from './pages/kiosk.tsx';
import { Kiosks } from './pages/kiosks.tsx';
import { OrderView } from './pages/order.tsx';
import { Orders } from './pages/orders.tsx';
import { Pairing } from './pages/pairing.tsx';
import { Persons } from './pages/persons.tsx';
import { Publish } from './pages/publish.tsx';
import { RolloutView } from './pages/rollout.tsx';
import { Rollouts } from './pages/rollouts.tsx';
import { iconShape, Nothing, Sheet } from './parts.tsx';
import { hashOf, type Route, routeOf } from './route.ts';
import { words } from './text.ts';

/** While nobody is logged in, that somebody set the office up elsewhere is seen. */
const askEveryMs = 5_000;
/** The counts beside the names of the pages. */
const countEveryMs = 10_000;

interface AppProps {
  /** The language in which it begins. */
  readonly lang: Lang;
  readonly onLang?: (lang: Lang) => void;
  /** How it looks at first; the gallery says. */
  readonly sight?: Sight;
}

export function App({ lang: firstLang, onLang, sight: firstSight }: AppProps) {
  const [session, setSession] = useState<Session | null>(null);
  const [lang, setLang] = useState<Lang>(firstLang);
  const [sight, see] = useSight(firstSight);
  const [wasIn, setWasIn] = useState(false);
  const isIn = useRef(false);
  const read = useCallback(async () => {
    const told = await ask<Session>('session');
    if (!told.ok) return;
    if (isIn.current && told.value.person === null) setWasIn(true);
    isIn.current = told.value.person !== null;
    setSession(told.value);
  }, []);
  useWatching(read, askEveryMs);
  const out = turnedOut.value;
  useEffect(() => {
    if (out !== 0) void read();
  }, [out, read]);
  const person = session?.person ?? null;
  useLayoutEffect(() => {
    document.documentElement.lang = lang;
  }, [lang]);
  const other = () => {
    const next = lang === 'en' ? 'zh-CN' : 'en';
    setLang(next);
    onLang?.(next);
  };
  const leave = async () => {
    await order('log-out');
    isIn.current = false;
    setWasIn(false);
    await read();
  };
  const tools = (
    <>
      <SightTools sight={sight} see={see} words={words[lang]} />
      <Touch onTouch={other}>
        <Languages {...iconShape} /> {words[lang].other}
      </Touch>
    </>
  );
  return (
    <PlaceProvider value={placeOf(lang, words[lang], person)}>
      {person === null ? (
        <Door tools={tools}>
          {session !== null && (session.setUp ? <SetUp onIn={read} /> : <LogIn wasIn={wasIn} onIn={read} />)}
        </Door>
      ) : (
        <Inside tools={tools} leave={() => void leave()} />
      )}
    </PlaceProvider>
  );
}

/** Nobody is in. */
function Door({ tools, children }: { readonly tools: ComponentChildren; readonly children: ComponentChildren }) {
  const { words: own } = usePlace();
  useLayoutEffect(() => {
    document.title = own.title;
  }, [own]);
  return (
    <div class="door">
      <header class="door-head">
        <Brand />
        <div class="tools">{tools}</div>
      </header>
      <Away />
      <main class="door-main" aria-busy={children === false}>
        {children === false ? (
          <>
            <h1 class="sr">{own.title}</h1>
            {!away.value && <p class="quiet">{own.reading}</p>}
          </>
        ) : (
          children
        )}
      </main>
    </div>
  );
}

function Brand() {
  const { words: own } = usePlace();
  return (
    <p class="brand">
      <span class="brand-sign">
        <Monitor {...iconShape} />
      </span>
      {own.title}
    </p>
  );
}

/** Quiet, because it goes by itself. */
function Away() {
  const { words: own } = usePlace();
  return (
    <div class="away" role="status">
      {away.value && (
        <p class="with-sign">
          <WifiOff {...iconShape} /> <span>{own.away}</span>
        </p>
      )}
    </div>
  );
}

function Inside({ tools, leave }: { readonly tools: ComponentChildren; readonly leave: () => void }) {
  const { words: own, person } = usePlace();
  const route = useRoute();
  useLayoutEffect(() => {
    document.title = `${titleOf(own.nav, route)} · ${own.title}`;
  }, [own, route]);
  return (
    <div class="office">
      <button type="button" class="touch sr skip" onClick={toPage}>
        {own.skip}
      </button>
      <header class="side">
        <Brand />
        <Pages route={route} />
        <div class="side-foot">
          <p class="note">
            <span class="strong">{person?.name}</span>
            <br />
            {person !== null && own.roles[person.role]}
          </p>
          <div class="tools">
            {tools}
            <Touch onTouch={leave}>
              <LogOut {...iconShape} /> {own.logOut}
            </Touch>
          </div>
        </div>
      </header>
      <div class="body">
        <Away />
        <main id="page" tabIndex={-1}>
          <Page key={hashOf(route)} route={route} />
        </main>
      </div>
    </div>
  );
}

/** No link, because the address names the page. */
function toPage(): void {
  document.getElementById('page')?.focus();
}

type NavName = keyof (typeof words)['en']['nav'];

const navIcons = {
  kiosks: Monitor,
  alerts: BellRing,
  commands: Megaphone,
  publish: Send,
  rollouts: ListChecks,
  pairing: Plug,
  persons: Users,
  acts: BookText,
} as const satisfies Record<NavName, unknown>;

/** A page and those that are led to from it have one name. */
function navOf(route: Route): NavName | null {
  switch (route.at) {
    case 'kiosk':
      return 'kiosks';
    case 'rollout':
      return 'rollouts';
    case 'order':
      return 'commands';
    case 'nowhere':
      return null;
    default:
      return route.at;
  }
}

function titleOf(nav: Readonly<Record<NavName, string>>, route: Route): string {
  if (route.at === 'kiosk') return route.kiosk;
  const name = navOf(route);
  return name === null ? '' : nav[name];
}

const navRoutes: Readonly<Record<NavName, Route>> = {
  kiosks: { at: 'kiosks' },
  alerts: { at: 'alerts', status: 'open' },
  commands: { at: 'commands' },
  publish: { at: 'publish', kiosk: null },
  rollouts: { at: 'rollouts' },
  pairing: { at: 'pairing' },
  persons: { at: 'persons' },
  acts: { at: 'acts' },
};

function Pages({ route }: { readonly route: Route }) {
  const { words: own, may } = usePlace();
  const alerts = useReading<{ readonly alerts: readonly AlertLine[] }>('alerts', countEveryMs).value?.alerts ?? [];
  const names = (Object.keys(navRoutes) as NavName[]).filter(
    (name) => (name !== 'publish' || may('publish')) && (name !== 'pairing' || may('manage')),
  );
  const counts: Partial<Record<NavName, number>> = { alerts: alerts.filter(({ status }) => status === 'open').length };
  return (
    <nav aria-label={own.pages}>
      <ul>
        {names.map((name) => {
          const Icon = navIcons[name];
          const count = counts[name] ?? 0;
          return (
            <li key={name}>
              <a class="nav" href={hashOf(navRoutes[name])} aria-current={navOf(route) === name ? 'page' : undefined}>
                <Icon {...iconShape} />
                <span>{own.nav[name]}</span>
                {name === 'pairing' ? <WaitingPairings /> : count > 0 && <Count count={count} />}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function WaitingPairings() {
  const told = useReading<{ readonly pairings: readonly PairingLine[] }>('pairings', countEveryMs);
  const count = told.value?.pairings.length ?? 0;
  return count > 0 ? <Count count={count} /> : null;
}

function Count({ count }: { readonly count: number }) {
  const { words: own, count: written } = usePlace();
  return (
    <>
      <span class="count" aria-hidden="true">
        {written(count)}
      </span>
      <span class="sr">{own.waiting(count)}</span>
    </>
  );
}

function Page({ route }: { readonly route: Route }) {
  const { words: own, may } = usePlace();
  switch (route.at) {
    case 'kiosks':
      return <Kiosks />;
    case 'kiosk':
      return <KioskView kiosk={route.kiosk} />;
    case 'alerts':
      return <Alerts status={route.status} />;
    case 'commands':
      return <Orders />;
    case 'order':
      return <OrderView number={route.number} />;
    case 'publish':
      return may('publish') ? <Publish kiosk={route.kiosk} /> : <Nothing title={own.mayNot} />;
    case 'rollouts':
      return <Rollouts />;
    case 'rollout':
      return <RolloutView rollout={route.rollout} />;
    case 'pairing':
      return may('manage') ? <Pairing /> : <Nothing title={own.mayNot} />;
    case 'persons':
      return <Persons />;
    case 'acts':
      return <Acts />;
    case 'nowhere':
      return (
        <Sheet title={own.noPage} text={own.noPageText}>
          {null}
        </Sheet>
      );
    default:
      return route satisfies never;
  }
}

function useRoute(): Route {
  const [hash, set] = useState(location.hash);
  useEffect(() => {
    const changed = () => {
      set(location.hash);
      scrollTo(0, 0);
    };
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return routeOf(hash);
}
