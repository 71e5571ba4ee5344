import { Check, Copy, Download, Printer } from 'lucide-react';
import { useState } from 'react';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import { text } from '../text/keys.ts';
import { CodeGroups } from './CodeGroups.tsx';
import { PrintedCode } from './PrintedCode.tsx';
import css from './ShowCode.module.css';
import { saveCode } from './savecode.ts';

interface Props {
  readonly code: string;
  readonly address: string;
  readonly onKept: () => void;
}

/** The code, and the ways to keep it. */
export function ShowCode({ code, address, onKept }: Props) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(code);
    setCopied(true);
  };
  return (
    <>
      <CodeGroups code={code} />
      <div className={css.ways}>
        <Button onClick={() => window.print()}>
          <Printer aria-hidden />
          {text('recovery.print')}
        </Button>
        <Button onClick={() => saveCode(code, address)}>
          <Download aria-hidden />
          {text('recovery.save')}
        </Button>
        <Button onClick={copy}>
          {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
          <span aria-live="polite">{text(copied ? 'common.copied' : 'common.copy')}</span>
        </Button>
      </div>
      <p className={css.without}>{text('recovery.without')}</p>
      <Actions>
        <Button large look="primary" onClick={onKept}>
          {text('recovery.kept')}
        </Button>
      </Actions>
      <PrintedCode code={code} address={address} />
    </>
  );
}
