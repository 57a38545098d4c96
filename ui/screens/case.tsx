import { CircleCheck, Clock, PencilLine, Phone, Printer } from 'lucide-preact';
import { phrase } from '../parts/phrase.ts';
import type { ScreenBody } from '../../kiosk/server/wire.ts';

const iconShape = { size: '1em', strokeWidth: 2, 'aria-hidden': true } as const;

/** Something is not certain: what is, what is being checked, the number to keep, whom to ask and by when. */
export function Case({ body }: { readonly body: Extract<ScreenBody, { screen: 'case' }> }) {
  return (
    <>
      <h1 class="title">{body.title}</h1>
      <div class="case-lists">
        <ul class="case-list case-certain">
          {body.certain.map((line) => (
            <li key={line}>
              <CircleCheck {...iconShape} />
              <span>{phrase(line)}</span>
            </li>
          ))}
        </ul>
        <ul class="case-list case-checking">
          {body.checking.map((line) => (
            <li key={line}>
              <Clock {...iconShape} />
              <span>{phrase(line)}</span>
            </li>
          ))}
        </ul>
      </div>
      <section class="case-card">
        <p class="quiet">{body.numberLabel}</p>
        <p class="case-number">{body.number}</p>
        {body.promise && <p class="large strong">{body.promise}</p>}
        <ul class="case-facts">
          {body.printed && (
            <li>
              {body.onPaper ? <Printer {...iconShape} /> : <PencilLine {...iconShape} />}
              <span>{phrase(body.printed)}</span>
            </li>
          )}
          <li>
            <Phone {...iconShape} />
            <span>{phrase(body.contact)}</span>
          </li>
        </ul>
      </section>
    </>
  );
}
