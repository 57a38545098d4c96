/** What an I/O module of the cabinet says and is told: contacts, lamps, relays and the temperature. The same for every protocol. */

/** Contacts that are either way for as long as nobody moves them. */
export type StandingContact = 'door' | 'vault' | 'mains' | 'ups-low' | 'key';

/** `vibration` is a shock, over in a moment. */
export type ContactName = StandingContact | 'vibration';

export const lampNames = ['slot', 'cup', 'reader', 'printer', 'alarm'] as const;
export type LampName = (typeof lampNames)[number];

/** `blink`: one second each time, half of it lit; all lamps that blink are lit together. */
export type LampHow = 'on' | 'off' | 'blink';

/** How each lamp is meant to shine. */
export type Lamps = Readonly<Partial<Record<LampName, LampHow>>>;

/** Doors are open or closed; mains are on or gone; the battery is low (on) or not; the key is turned (on) or not. */
export type ContactChanged =
  | { readonly contact: 'door' | 'vault'; readonly state: 'open' | 'closed' }
  | { readonly contact: 'mains' | 'ups-low' | 'key'; readonly state: 'on' | 'off' };

export type CabinetFact =
  /** Told once for each contact at the start, and once whenever it has changed. */
  | ({ readonly fact: 'contact.changed' } & ContactChanged)
  /** The cabinet was shaken; told again only after it has stood still. */
  | { readonly fact: 'vibration' }
  /** Told at the start, when it has changed by more than a degree, and when it passes a limit or comes back. */
  | { readonly fact: 'temperature'; readonly celsiusTenths: number; readonly limit: 'low' | 'ok' | 'high' }
  | { readonly fact: 'lamp.done'; readonly command: string; readonly lamp: LampName; readonly how: LampHow }
  /** It was switched on, for as long as was ordered, and is off again. */
  | { readonly fact: 'relay.done'; readonly command: string; readonly relay: string }
  /** It may have been switched on, once at most. Nothing is sent again. `reason` is for people. */
  | {
      readonly fact: 'relay.unknown';
      readonly command: string;
      readonly relay: string | null;
      readonly reason: string;
    };

export type CabinetCommand =
  /** Holds until the next one for the lamp; ends in lamp.done, when the output was read back as ordered, or command.refused. */
  | { readonly command: 'lamp'; readonly lamp: LampName; readonly how: LampHow }
  /** On for `ms` milliseconds, once: goods are released. Ends in one of relay.done, relay.unknown and command.refused. */
  | { readonly command: 'relay.pulse'; readonly relay: string; readonly ms: number };
