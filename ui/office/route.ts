/** Which page is shown: it stands behind the `#` of the address, so that a link can be kept. */
import type { AlertLine } from '../../kiosk/office/server/wire.ts';

export type Route =
  | { readonly at: 'kiosks' }
  | { readonly at: 'kiosk'; readonly kiosk: string }
  | { readonly at: 'alerts'; readonly status: AlertLine['status'] }
  /** `kiosk`: for whom it is meant, where one was come from. */
  | { readonly at: 'publish'; readonly kiosk: string | null }
  | { readonly at: 'commands' }
  | { readonly at: 'order'; readonly number: number }
  | { readonly at: 'rollouts' }
  | { readonly at: 'rollout'; readonly rollout: number }
  | { readonly at: 'pairing' }
  | { readonly at: 'persons' }
  | { readonly at: 'acts' }
  | { readonly at: 'nowhere' };

const alertStatuses: readonly string[] = ['open', 'acknowledged', 'cleared'] satisfies readonly AlertLine['status'][];

/** An empty address is the list of kiosks; one that means nothing is `nowhere`. */
export function routeOf(hash: string): Route {
  const parts = partsOf(hash);
  if (parts === null || parts.length > 2) return { at: 'nowhere' };
  const [at = 'kiosks', name] = parts;
  switch (at) {
    case 'kiosks':
      return name === undefined ? { at } : { at: 'kiosk', kiosk: name };
    case 'alerts':
      if (name === undefined) return { at, status: 'open' };
      return alertStatuses.includes(name) ? { at, status: name as AlertLine['status'] } : { at: 'nowhere' };
    case 'publish':
      return { at, kiosk: name ?? null };
    case 'commands': {
      const number = numberIn(name);
      return name === undefined ? { at } : number === null ? { at: 'nowhere' } : { at: 'order', number };
    }
    case 'rollouts': {
      const rollout = numberIn(name);
      return name === undefined ? { at } : rollout === null ? { at: 'nowhere' } : { at: 'rollout', rollout };
    }
    case 'pairing':
    case 'persons':
    case 'acts':
      return name === undefined ? { at } : { at: 'nowhere' };
    default:
      return { at: 'nowhere' };
  }
}

export function hashOf(route: Route): string {
  switch (route.at) {
    case 'kiosk':
      return `#/kiosks/${encodeURIComponent(route.kiosk)}`;
    case 'alerts':
      return route.status === 'open' ? '#/alerts' : `#/alerts/${route.status}`;
    case 'publish':
      return route.kiosk === null ? '#/publish' : `#/publish/${encodeURIComponent(route.kiosk)}`;
    case 'rollout':
      return `#/rollouts/${route.rollout}`;
    case 'order':
      return `#/commands/${route.number}`;
    case 'nowhere':
      return '#/';
    default:
      return `#/${route.at}`;
  }
}

function numberIn(name: string | undefined): number | null {
  return name !== undefined && /^[1-9]\d{0,14}$/.test(name) ? Number(name) : null;
}

/** Null: it is no address that a browser would have made. */
function partsOf(hash: string): readonly string[] | null {
  try {
    return hash
      .replace(/^#?\/?/, '')
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    return null;
  }
}
