import '@fontsource-variable/inter';
import '@fontsource-variable/noto-sans-sc';
import { render } from 'preact';
import { langFrom } from '../desk/written.ts';
import { beOwnGlass } from '../own-glass.ts';
import '../theme.css';
import '../desk/desk.css';
import './staff.css';
import './checks.css';
import './console.css';
import './devices.css';
import { App } from './app.tsx';

beOwnGlass(window);
const asked = new URLSearchParams(location.search);
render(
  <App onGlass={asked.has('glass')} lang={langFrom(asked.get('lang'), navigator.language)} />,
  document.getElementById('staff') as HTMLElement,
);
