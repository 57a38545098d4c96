import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { CardList } from '../parts/choice.tsx';

/** What can be done here: two to four large cards. */
export function Welcome({ body }: { readonly body: Extract<ScreenBody, { screen: 'welcome' }> }) {
  return (
    <>
      <h1 class="title">{body.title}</h1>
      <CardList cards={body.cards} />
    </>
  );
}
