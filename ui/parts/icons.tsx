import {
  Banknote,
  Check,
  CircleCheck,
  CircleQuestionMark,
  Clock,
  CreditCard,
  FileText,
  Info,
  OctagonAlert,
  Printer,
  QrCode,
  ReceiptText,
  Smartphone,
  Ticket,
  TriangleAlert,
  X,
} from 'lucide-preact';
import type { CardIcon, MethodIcon, Tone } from '../../kiosk/server/wire.ts';

const METHODS = { cash: Banknote, card: CreditCard, wechat: QrCode, voucher: Ticket } as const;

const CARDS = {
  bill: FileText,
  receipt: ReceiptText,
  help: CircleQuestionMark,
  paper: Printer,
  phone: Smartphone,
  none: X,
} as const;

const TONES = { calm: Info, busy: Clock, success: CircleCheck, caution: TriangleAlert, stop: OctagonAlert } as const;

/** The size comes from the style sheet (1em); the stroke stays 2 px of a 24 px drawing. */
const SHAPE = { size: '1em', strokeWidth: 2, 'aria-hidden': true, focusable: false } as const;

export function MethodPicture({ icon }: { readonly icon: MethodIcon }) {
  const Picture = METHODS[icon];
  return <Picture {...SHAPE} />;
}

export function CardPicture({ icon }: { readonly icon: CardIcon }) {
  const Picture = CARDS[icon];
  return <Picture {...SHAPE} />;
}

/** Colour never speaks alone: each tone has its sign. */
export function ToneIcon({ tone }: { readonly tone: Tone }) {
  const Picture = TONES[tone];
  return <Picture {...SHAPE} class={`tone-icon tone-${tone}`} />;
}

export function SmallCheck() {
  return <Check {...SHAPE} strokeWidth={3} />;
}
