import { Check } from 'lucide-react';
import { useId } from 'react';
import type { Colour } from '../../client/model.ts';
import { text } from '../text/text.ts';
import css from './ColourPicker.module.css';
import { PALETTE } from './colour.ts';

interface Props {
  readonly value: Colour;
  readonly onChange: (colour: Colour) => void;
}

export function ColourPicker({ value, onChange }: Props) {
  const name = useId();
  return (
    <div className={css.picker} role="radiogroup" aria-label={text('colour.choose')}>
      {PALETTE.map((colour) => (
        <label key={colour} className={css.swatch} data-colour={colour} title={text(`colour.${colour}`)}>
          <input
            className="hidden"
            type="radio"
            name={name}
            aria-label={text(`colour.${colour}`)}
            checked={colour === value}
            onChange={() => onChange(colour)}
          />
          {colour === value ? <Check aria-hidden /> : null}
        </label>
      ))}
    </div>
  );
}
