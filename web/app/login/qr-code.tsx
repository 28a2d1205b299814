// A QR code as SVG. Always dark on white: phones do not read inverted codes reliably.

import { useQuery } from '@tanstack/react-query';

const QUIET = 4; // modules of white around the code, as ISO/IEC 18004 asks

export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const drawn = useQuery({ queryKey: ['qr', text], queryFn: () => draw(text), staleTime: Infinity, gcTime: 0 }).data;
  if (drawn === undefined) return <div className="qr" />;
  const size = drawn.size + 2 * QUIET;
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <title>{label}</title>
      <rect width={size} height={size} fill="#fff" />
      <path d={drawn.path} fill="#10202c" />
    </svg>
  );
}

/** Loaded when needed: few people ever see this page twice. */
async function draw(text: string): Promise<{ readonly size: number; readonly path: string }> {
  const { create } = await import('qrcode');
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const runs: string[] = [];
  for (let y = 0; y < modules.size; y += 1) {
    for (let x = 0; x < modules.size; x += 1) {
      if (modules.get(y, x)) runs.push(`M${x + QUIET} ${y + QUIET}h1v1h-1z`);
    }
  }
  return { size: modules.size, path: runs.join('') };
}
