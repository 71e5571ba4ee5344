import { Component, type ReactNode } from 'react';
import { text } from '../text/text.ts';
import css from './Broken.module.css';
import { Button } from './Button.tsx';

interface Props {
  readonly children: ReactNode;
}

/** A bug or a part that could not be loaded takes down its own place only, and says what is safe. */
export class Broken extends Component<Props, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <main className={css.broken}>
        <p className={css.title}>{text('app.broken')}</p>
        <p>{text('app.broken-safe')}</p>
        <Button look="primary" onClick={() => location.reload()}>
          {text('app.reload')}
        </Button>
      </main>
    );
  }
}
