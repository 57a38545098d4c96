import '@fontsource-variable/inter';
import '@fontsource-variable/noto-sans-sc';
import { render } from 'preact';
import '../theme.css';
import './staff.css';
import './devices.css';
import { App } from './app.tsx';

render(
  <App onGlass={new URLSearchParams(location.search).has('glass')} />,
  document.getElementById('staff') as HTMLElement,
);
