/** A QR code as one SVG path; a part of its own, as the encoder is loaded with it. */
import encode from 'qr';
import css from './QrCode.module.css';

interface Props {
  readonly label: string;
  readonly content: string;
}

/** The quiet margin that the standard asks for, in modules. */
const margin = 4;

export function QrCode({ label, content }: Props) {
  const rows = encode(content, 'raw', { ecc: 'medium', border: margin });
  const size = rows.length;
  return (
    <svg className={css.code} role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges">
      <path d={pathOf(rows)} />
    </svg>
  );
}

/** Each run of dark modules of a row is one rectangle. */
function pathOf(rows: readonly (readonly boolean[])[]): string {
  const runs = rows.flatMap((row, y) =>
    [
      ...row
        .map((dark) => (dark ? '1' : '0'))
        .join('')
        .matchAll(/1+/g),
    ].map(({ 0: run, index }) => `M${index} ${y}h${run.length}v1h-${run.length}z`),
  );
  return runs.join('');
}
