import '@fontsource-variable/inter';
import '@fontsource-variable/noto-sans-sc';
import { render } from 'preact';
import { beOwnGlass } from '../own-glass.ts';
import '../theme.css';
import './staff.css';
import './checks.css';
import './console.css';
import './devices.css';
import { App } from './app.tsx';

beOwnGlass(window);
render(
  <App onGlass={new URLSearchParams(location.search).has('glass')} />,
  document.getElementById('staff') as HTMLElement,
);
