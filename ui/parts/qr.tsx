import { generate } from 'lean-qr';
import { useMemo } from 'preact/hooks';

const quietModules = 3;

/** A QR code as one path: sharp at every size. `text` is what the code holds; `label` says what it is for. */
export function Qr({ text, label }: { readonly text: string; readonly label: string }) {
  const { size, path } = useMemo(() => draw(text), [text]);
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#ffffff" />
      <path d={path} fill="#17191e" />
    </svg>
  );
}

function draw(text: string): { readonly size: number; readonly path: string } {
  const code = generate(text);
  const parts: string[] = [];
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) {
      if (code.get(x, y)) parts.push(`M${x + quietModules} ${y + quietModules}h1v1h-1z`);
    }
  }
  return { size: code.size + quietModules * 2, path: parts.join('') };
}
