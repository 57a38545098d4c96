import { CircleSlash, MapPin } from 'lucide-preact';
import type { ScreenBody, View } from '../../kiosk/server/wire.ts';
import { Contact } from '../parts/overlay.tsx';
import { staffPage } from '../parts/staff-corner.tsx';
import { phrase } from '../parts/phrase.ts';

type Body = Extract<ScreenBody, { screen: 'out-of-service' }>;

const iconShape = { size: '1em', strokeWidth: 2, 'aria-hidden': true } as const;

/**
 * Closed, honestly: since when, how cash can be paid, what still works where, the phone, and with the key the way to the staff's page.
 * In both languages.
 */
export function OutOfService({ body, view }: { readonly body: Body; readonly view: View }) {
  const other = view.lang === 'en' ? 'zh-CN' : 'en';
  return (
    <>
      <div class="closed-head">
        <h1 class="title">{body.title}</h1>
        <p class="large quiet">{body.since}</p>
      </div>
      <ClosedCard cash={body.cash} works={body.works} off={body.off} />
      {body.titleOther !== '' && (
        <div class="closed-other" lang={other}>
          <div class="closed-head">
            <p class="large strong">{body.titleOther}</p>
            <p class="quiet">{body.sinceOther}</p>
          </div>
          <ClosedCard cash={body.cashOther} works={body.worksOther} off={body.offOther} />
        </div>
      )}
      {body.staff !== null && (
        <a class="button button-main closed-staff" href={staffPage(view.lang)}>
          {body.staff.label}
          {body.staff.labelOther !== '' && (
            <span class="button-other-words" lang={other}>
              {body.staff.labelOther}
            </span>
          )}
        </a>
      )}
      <Contact icon="phone" label={body.phoneLabel} value={body.phone} />
    </>
  );
}

function ClosedCard({ cash, works, off }: { readonly cash: string; readonly works: string; readonly off: string }) {
  return (
    <section class="closed-card">
      <p class="large strong">{phrase(cash)}</p>
      <ul class="closed-facts">
        <li>
          <MapPin {...iconShape} />
          <span>{phrase(works)}</span>
        </li>
        <li>
          <CircleSlash {...iconShape} />
          <span>{phrase(off)}</span>
        </li>
      </ul>
    </section>
  );
}
