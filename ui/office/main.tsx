import '@fontsource-variable/inter';
import '@fontsource-variable/noto-sans-sc';
import { render } from 'preact';
import '../theme.css';
import '../desk/desk.css';
import './office.css';
import './pages.css';
import { langFrom } from '../desk/written.ts';
import { App } from './app.tsx';

const langKey = 'lang';
render(
  <App
    lang={langFrom(localStorage.getItem(langKey), navigator.language)}
    onLang={(lang) => localStorage.setItem(langKey, lang)}
  />,
  document.getElementById('office') as HTMLElement,
);
