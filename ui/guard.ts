/** A glass is no browser: nothing scrolls, zooms, drags, selects or opens a menu. */
export function guardGlass(target: Window): void {
  const refuse = (event: Event) => event.preventDefault();
  for (const name of ['contextmenu', 'dragstart', 'selectstart', 'gesturestart']) {
    target.addEventListener(name, (event) => {
      if (name === 'selectstart' && event.target instanceof HTMLInputElement) return;
      refuse(event);
    });
  }
  target.addEventListener('wheel', (event) => event.ctrlKey && refuse(event), { passive: false });
  target.addEventListener('touchmove', refuse, { passive: false });
  target.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && ['+', '-', '=', '0'].includes(event.key)) refuse(event);
  });
}
