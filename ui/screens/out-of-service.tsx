import { MapPin } from 'lucide-preact';
import type { ScreenBody, View } from '../../kiosk/server/wire.ts';
import { SmallCheck } from '../parts/icons.tsx';
import { Contact } from '../parts/overlay.tsx';

type Body = Extract<ScreenBody, { screen: 'out-of-service' }>;

/** Closed, honestly: since when, what still works, how cash can be paid, where else, and the phone. */
export function OutOfService({ body, view }: { readonly body: Body; readonly view: View }) {
  const other = view.lang === 'en' ? 'zh-CN' : 'en';
  return (
    <>
      <div class="closed-head">
        <h1 class="title">{body.title}</h1>
        <p class="large" lang={other}>
          {body.titleOther}
        </p>
        <p class="quiet">{body.since}</p>
      </div>
      <section class="closed-card">
        <p class="large strong">{body.cash}</p>
        <p lang={other}>{body.cashOther}</p>
        <div class="closed-place">
          <MapPin size="1em" strokeWidth={2} aria-hidden="true" />
          <span>{body.nearest}</span>
        </div>
      </section>
      {body.works.length > 0 && (
        <ul class="points">
          {body.works.map((line) => (
            <li key={line}>
              <SmallCheck />
              <span>{line}</span>
            </li>
          ))}
        </ul>
      )}
      <Contact icon="phone" label={body.phoneLabel} value={body.phone} />
    </>
  );
}
