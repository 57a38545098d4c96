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
  Plus,
  Printer,
  ReceiptText,
  ScanQrCode,
  ShoppingBasket,
  Smartphone,
  Ticket,
  TriangleAlert,
  X,
} from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import type { CardIcon, MethodIcon, Tone } from '../../kiosk/server/wire.ts';

const methodIcons = {
  cash: Banknote,
  card: CreditCard,
  alipay: AlipayMark,
  wechat: WechatMark,
  voucher: Ticket,
} as const;

const cardIcons = {
  bill: FileText,
  goods: ShoppingBasket,
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

/** Our own signs for the wallets: the first letter of each, in strokes, on a rounded square of its colour. */
function AlipayMark() {
  return (
    <WalletMark wallet="alipay">
      <path d="M6 7.6h12M12 4.4v6.2M7 10.8h9.4c-1.4 3.6-4.6 6.6-9.2 8.4M9 13c1.9 3 5 5.2 8.6 6.2" />
    </WalletMark>
  );
}

function WechatMark() {
  return (
    <WalletMark wallet="wechat">
      <path d="M8.4 4.2L5 7.8M9.2 8.4L4.8 13.2M7.2 11v8.8" />
      <path d="M9.6 6.4v3.2h4.6V6.4M11.9 4.4v5.2M9.4 12.2h5M10.4 14.6h3v3.2q0 1 1.4.2M10.4 14.6q0 3.4-1.4 5" />
      <path d="M16.8 4.4q-.6 3-1.8 5M16.4 7.8h3.6M18.8 7.8q-.8 7.4-4 11.6M16.2 11.4q1.2 5.6 4 8.2" />
    </WalletMark>
  );
}

function WalletMark({
  wallet,
  children,
}: {
  readonly wallet: 'alipay' | 'wechat';
  readonly children: ComponentChildren;
}) {
  return (
    <svg class="wallet-mark" data-wallet={wallet} viewBox="0 0 24 24" width="1em" height="1em" aria-hidden="true">
      <rect class="wallet-ground" x="1" y="1" width="22" height="22" rx="5.5" />
      <g class="wallet-sign">{children}</g>
    </svg>
  );
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

/** The window of a scanner, and a code before it. */
export function ScannerIcon() {
  return <ScanQrCode {...iconShape} class="scanner-icon" />;
}

export function SmallCheck() {
  return <Check {...iconShape} strokeWidth={3} />;
}

/** One is put there by a touch. */
export function PlusSign() {
  return (
    <span class="plus-sign">
      <Plus {...iconShape} strokeWidth={2.5} />
    </span>
  );
}
