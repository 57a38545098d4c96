import { Megaphone, Phone } from 'lucide-preact';
import { phrase } from '../parts/phrase.ts';
import type { ScreenBody, View } from '../../kiosk/server/wire.ts';
import { TouchDrawing } from '../parts/drawings.tsx';
import { MethodPicture, ToneIcon } from '../parts/icons.tsx';
import { Press } from '../parts/press.tsx';

type Body = Extract<ScreenBody, { screen: 'attract' | 'partly-available' }>;

/** Nobody is here yet: a greeting, one thing to do, what can be paid with, and whom to call. Touching anything begins. */
export function Attract({ body, view }: { readonly body: Body; readonly view: View }) {
  const other = view.lang === 'en' ? 'zh-CN' : 'en';
  return (
    <>
      <Press class="attract-touch" intent={{ do: 'begin' }} label={`${body.touch} · ${body.touchOther}`}>
        {''}
      </Press>
      <div class="attract-greeting">
        <h1 class="attract-hello">{body.greeting}</h1>
        <p class="attract-hello-other" lang={other}>
          {body.greetingOther}
        </p>
        <p class="large attract-tasks">{body.tasks}</p>
        {body.tasksOther !== '' && <p lang={other}>{body.tasksOther}</p>}
      </div>
      <div class="attract-middle">
        <TouchDrawing />
        <div class="attract-words">
          <p class="title">{body.touch}</p>
          <p class="large" lang={other}>
            {body.touchOther}
          </p>
        </div>
      </div>
      <div class="attract-foot">
        {body.message !== null && (
          <p class="attract-partly" data-message>
            <Megaphone size="1em" strokeWidth={2} aria-hidden="true" />
            <span>
              <span>{phrase(body.message)}</span>
              {body.messageOther !== null && <span lang={other}>{phrase(body.messageOther)}</span>}
            </span>
          </p>
        )}
        {body.partly !== null && (
          <p class="attract-partly">
            <ToneIcon tone="calm" />
            <span>
              <span>{phrase(body.partly)}</span>
              {body.partlyOther !== null && <span lang={other}>{phrase(body.partlyOther)}</span>}
            </span>
          </p>
        )}
        <ul class="attract-methods">
          {body.methods.map((method) => (
            <li key={method.icon} class="attract-method" data-off={method.off !== null ? '' : undefined}>
              <MethodPicture icon={method.icon} />
              <span class="strong">{method.label}</span>
              {method.labelOther !== '' && (
                <span class="note" lang={other}>
                  {method.labelOther}
                </span>
              )}
              {method.off !== null && <span class="note">{method.off}</span>}
            </li>
          ))}
        </ul>
        <div class="attract-notice">
          <Phone size="1em" strokeWidth={2} aria-hidden="true" />
          <div>
            <p>{phrase(body.notice)}</p>
            <p lang={other}>{phrase(body.noticeOther)}</p>
          </div>
        </div>
      </div>
    </>
  );
}
