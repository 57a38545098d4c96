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

const methodIcons = { cash: Banknote, card: CreditCard, wechat: QrCode, voucher: Ticket } as const;

const cardIcons = {
  bill: FileText,
  receipt: ReceiptText,
  help: CircleQuestionMark,
  paper: Printer,
  phone: Smartphone,
  none: X,
} as const;

const toneIcons = {
  calm: Info,
  busy: Clock,
  success: CircleCheck,
  caution: TriangleAlert,
  stop: OctagonAlert,
} as const;

/** The size comes from the style sheet (1em); the stroke stays 2 px of a 24 px drawing. */
const iconShape = { size: '1em', strokeWidth: 2, 'aria-hidden': true, focusable: false } as const;

export function MethodPicture({ icon }: { readonly icon: MethodIcon }) {
  const Picture = methodIcons[icon];
  return <Picture {...iconShape} />;
}

export function CardPicture({ icon }: { readonly icon: CardIcon }) {
  const Picture = cardIcons[icon];
  return <Picture {...iconShape} />;
}

/** Colour never speaks alone: each tone has its sign. */
export function ToneIcon({ tone }: { readonly tone: Tone }) {
  const Picture = toneIcons[tone];
  return <Picture {...iconShape} class={`tone-icon tone-${tone}`} />;
}

/** Taken, and still being looked at. */
export function SmallClock() {
  return <Clock {...iconShape} class="small-clock" />;
}

export function SmallCheck() {
  return <Check {...iconShape} strokeWidth={3} />;
}
