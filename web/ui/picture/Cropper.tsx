import { ZoomIn } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef } from 'react';
import { text } from '../text/look.ts';
import css from './Cropper.module.css';
import { CLOSEST, type Crop, moved, zoomed } from './crop.ts';
import { drawSquare } from './encode.ts';

interface Props {
  readonly bitmap: ImageBitmap;
  readonly value: Crop;
  readonly onChange: (crop: Crop) => void;
}

const pixels = 512;
const step = 0.05;
const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-step, 0],
  ArrowRight: [step, 0],
  ArrowUp: [0, -step],
  ArrowDown: [0, step],
};

/** The square that is taken: drag it, or use the arrow keys; plus, minus, the wheel and the slider bring it closer. */
export function Cropper({ bitmap, value, onChange }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dragged = useRef<{ x: number; y: number } | null>(null);
  const id = useId();
  useEffect(() => {
    const pen = canvas.current?.getContext('2d');
    if (pen) drawSquare(pen, bitmap, value, pixels);
  }, [bitmap, value]);
  const keyed = (event: KeyboardEvent) => {
    const [right, down] = arrows[event.key] ?? [0, 0];
    const closer = event.key === '+' || event.key === '=' ? 1.1 : event.key === '-' ? 1 / 1.1 : 1;
    if (right === 0 && down === 0 && closer === 1) return;
    event.preventDefault();
    onChange(zoomed(bitmap, moved(bitmap, value, right, down), value.zoom * closer));
  };
  const drag = (event: PointerEvent<HTMLElement>) => {
    const from = dragged.current;
    if (from === null) return;
    dragged.current = { x: event.clientX, y: event.clientY };
    const { width } = event.currentTarget.getBoundingClientRect();
    // The picture goes with the pointer, so the square goes against it.
    onChange(moved(bitmap, value, (from.x - event.clientX) / width, (from.y - event.clientY) / width));
  };
  return (
    <div className={css.cropper}>
      <div
        role="application"
        className={css.frame}
        aria-label={text('picture.cut')}
        aria-describedby={id}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move what is in it
        tabIndex={0}
        onKeyDown={keyed}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          dragged.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerMove={drag}
        onPointerUp={() => {
          dragged.current = null;
        }}
        onWheel={(event) => onChange(zoomed(bitmap, value, value.zoom * (event.deltaY < 0 ? 1.08 : 1 / 1.08)))}
      >
        <canvas ref={canvas} className={css.canvas} width={pixels} height={pixels} />
      </div>
      <label className={css.zoom}>
        <ZoomIn aria-hidden />
        <input
          type="range"
          aria-label={text('picture.zoom')}
          min={1}
          max={CLOSEST}
          step={0.05}
          value={value.zoom}
          onChange={(event) => onChange(zoomed(bitmap, value, Number(event.target.value)))}
        />
      </label>
      <p id={id} className={css.hint}>
        {text('picture.cut-more')}
      </p>
    </div>
  );
}
