import { ImagePlus, Trash2 } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from '../parts/Button.tsx';
import { text } from '../text/look.ts';
import { Cropper } from './Cropper.tsx';
import { type Crop, wholeCrop } from './crop.ts';
import { encodeSquare } from './encode.ts';
import { openPicture, type Wrong } from './open.ts';
import css from './PictureField.module.css';

/** What is to become of the picture: undefined leaves it, null takes it away. */
export type PictureChange = Uint8Array<ArrayBuffer> | null | undefined;

interface Props {
  /** How it looks as it is. */
  readonly now: ReactNode;
  readonly has: boolean;
  /** Called with each new cut, and with what the person decides. */
  readonly onChange: (picture: PictureChange) => void;
}

interface Picking {
  readonly bitmap: ImageBitmap;
  readonly crop: Crop;
}

/** A picture is picked, cut and made small here; the file itself never leaves the device. */
export function PictureField({ now, has, onChange }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [picking, setPicking] = useState<Picking | null>(null);
  const [wrong, setWrong] = useState<Wrong | 'small' | null>(null);
  const [taken, setTaken] = useState(false);
  const pick = async (file: File | undefined) => {
    if (!file) return;
    const picked = await openPicture(file);
    setWrong(picked.ok ? null : picked.why);
    if (!picked.ok) return;
    setTaken(false);
    setPicking({ bitmap: picked.bitmap, crop: wholeCrop(picked.bitmap) });
  };
  useEncoded(picking, (picture) => {
    if (picture === null) setWrong('small');
    else onChange(picture);
  });
  const remove = () => {
    setPicking(null);
    setTaken(true);
    onChange(null);
  };
  return (
    <div className={css.field}>
      {picking === null ? <div className={css.now}>{now}</div> : null}
      {picking === null ? null : (
        <Cropper
          bitmap={picking.bitmap}
          value={picking.crop}
          onChange={(crop) => setPicking({ bitmap: picking.bitmap, crop })}
        />
      )}
      <input
        ref={input}
        className="hidden"
        type="file"
        aria-label={text('picture.choose')}
        tabIndex={-1}
        accept="image/png,image/jpeg,image/webp,image/gif"
        onChange={(event) => {
          void pick(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      <div className={css.buttons}>
        <Button small onClick={() => input.current?.click()}>
          <ImagePlus aria-hidden />
          {text(has || picking ? 'picture.other' : 'picture.choose')}
        </Button>
        {(has && !taken) || picking ? (
          <Button small onClick={remove}>
            <Trash2 aria-hidden />
            {text('picture.remove')}
          </Button>
        ) : null}
      </div>
      <p className={wrong ? css.wrong : css.hint} role={wrong ? 'alert' : undefined}>
        {text(wrong ? `picture.wrong-${wrong}` : taken ? 'picture.removed' : 'picture.hint')}
      </p>
    </div>
  );
}

/** Gives the cut as it is now, once it stands still. */
function useEncoded(picking: Picking | null, made: (picture: Uint8Array<ArrayBuffer> | null) => void): void {
  const tell = useRef(made);
  tell.current = made;
  useEffect(() => {
    if (picking === null) return;
    let old = false;
    void encodeSquare(picking.bitmap, picking.crop).then((picture) => {
      if (!old) tell.current(picture);
    });
    return () => {
      old = true;
    };
  }, [picking]);
}
