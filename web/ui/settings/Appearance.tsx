import { useState } from 'react';
import { keepLetterKeys, readLetterKeys } from '../keyboard/letters.ts';
import { openHelp } from '../keyboard/open.ts';
import { Button } from '../parts/Button.tsx';
import { Segments } from '../parts/Segments.tsx';
import { Toggle } from '../parts/Toggle.tsx';
import { text } from '../text/look.ts';
import { keepMotion, keepSize, keepTheme, MOTIONS, readMotion, readSize, readTheme, SIZES, THEMES } from '../theme.ts';
import css from './Settings.module.css';

/** How everything looks on this device, and its keys. */
export function Appearance() {
  return (
    <>
      <Line label={text('appearance.theme')} kept={readTheme} keep={keepTheme} options={THEMES} name="theme" />
      <Line label={text('appearance.size')} kept={readSize} keep={keepSize} options={SIZES} name="size" />
      <Line label={text('appearance.motion')} kept={readMotion} keep={keepMotion} options={MOTIONS} name="motion" />
      <Keys />
    </>
  );
}

type Words = Parameters<typeof text>[0];

interface LineProps<T extends string> {
  readonly label: string;
  readonly name: string;
  readonly options: readonly T[];
  readonly kept: () => T;
  readonly keep: (value: T) => void;
}

function Line<T extends string>({ label, name, options, kept, keep }: LineProps<T>) {
  const [value, setValue] = useState(kept);
  const choose = (next: T) => {
    keep(next);
    setValue(next);
  };
  return (
    <div className={css.line}>
      <span>{label}</span>
      <Segments
        label={label}
        options={options.map((one) => ({
          value: one,
          label: (text as (key: Words) => string)(`appearance.${name}-${one}` as Words),
        }))}
        value={value}
        onChange={choose}
      />
    </div>
  );
}

function Keys() {
  const [letters, setLetters] = useState(readLetterKeys);
  return (
    <>
      <div className={css.line}>
        <p className={css.words}>{text('shortcuts.more')}</p>
        <Button onClick={openHelp} aria-haspopup="dialog">
          {text('shortcuts.open')}
        </Button>
      </div>
      <Toggle
        label={text('shortcuts.letters')}
        value={letters}
        onChange={(on) => {
          keepLetterKeys(on);
          setLetters(on);
        }}
      />
    </>
  );
}
