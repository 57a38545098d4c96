/** The keys that the staff's page has of its own, and the language in which it begins. */
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { useState } from 'preact/hooks';
import { afterEach, expect, test } from 'vitest';
import { staffPage } from '../../ui/parts/staff-corner.tsx';
import { langFrom } from '../../ui/desk/written.ts';
import { PlaceProvider, placeOf } from '../../ui/staff/desk.ts';
import { Pad } from '../../ui/staff/parts.tsx';
import { words } from '../../ui/staff/text.ts';
import { staffNow } from './staff-now.ts';

afterEach(cleanup);

function Typing() {
  const [text, type] = useState('');
  return (
    <>
      <output>{text}</output>
      <Pad value={text} most={20} signs="letters" onChange={type} />
    </>
  );
}

test('a key shows what it types: a name begins with a large letter and goes on with small ones', () => {
  const now = staffNow('administrator', ['look']);
  const place = placeOf({ now, lang: 'en', words: words.en, go: () => {}, changed: () => {} });
  render(
    <PlaceProvider value={place}>
      <Typing />
    </PlaceProvider>,
  );
  const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
  for (const sign of ['L', 'i', words.en.blank, 'N', 'a']) press(sign);
  expect(screen.getByRole('status').textContent).toBe('Li Na');
});

test('the page begins in the language of the glass that opened it, and else in the browser’s', () => {
  const asked = (lang: 'en' | 'zh-CN') => new URL(staffPage(lang), 'http://localhost/').searchParams;
  expect(asked('zh-CN').has('glass')).toBe(true);
  expect(langFrom(asked('zh-CN').get('lang'), 'en-US')).toBe('zh-CN');
  expect(langFrom(asked('en').get('lang'), 'zh-CN')).toBe('en');
  expect(langFrom(null, 'zh-TW')).toBe('zh-CN');
  expect(langFrom('fr', 'de')).toBe('en');
});
