import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { text } from '../text/text.ts';
import { Button } from './Button.tsx';
import css from './CopyField.module.css';

interface Props {
  readonly label: string;
  readonly value: string;
}

export function CopyField({ label, value }: Props) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
  };
  return (
    <div className={css.field}>
      <input aria-label={label} value={value} readOnly onFocus={(event) => event.target.select()} />
      <Button look="primary" onClick={copy}>
        {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
        <span aria-live="polite">{text(copied ? 'common.copied' : 'common.copy')}</span>
      </Button>
    </div>
  );
}
