/**
 * A scanner that types like a keyboard: signs that come faster than a hand, ended by Enter. The kiosk has no keyboard of its
 * own that types so, and what is typed slowly is nobody's.
 */
const gapMs = 80;
const shortest = 4;
const longest = 2_048;

/** Calls `scanned` with each text; the answer ends it. */
export function listenForScans(target: EventTarget, scanned: (text: string) => void, now: () => number): () => void {
  let text = '';
  let lastMs = Number.NEGATIVE_INFINITY;
  const typed = (event: Event) => {
    const { key } = event as KeyboardEvent;
    const atMs = now();
    if (atMs - lastMs > gapMs) text = '';
    lastMs = atMs;
    if (key === 'Enter') {
      if (text.length >= shortest && text.length <= longest) {
        event.preventDefault();
        scanned(text);
      }
      text = '';
    } else if (key.length === 1 && text.length <= longest) text += key;
  };
  target.addEventListener('keydown', typed, true);
  return () => target.removeEventListener('keydown', typed, true);
}
