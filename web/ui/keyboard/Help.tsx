import { Dialog } from '../parts/Dialog.tsx';
import { text } from '../text/look.ts';
import css from './Help.module.css';

interface Props {
  readonly onClose: () => void;
}

const control = /mac/i.test(navigator.platform) ? '⌘' : 'Ctrl';
const groups = [
  {
    title: 'shortcuts.anywhere',
    keys: [
      [[control, 'K'], 'shortcuts.switch'],
      [['Alt', '↑'], 'shortcuts.up'],
      [['Alt', '↓'], 'shortcuts.down'],
      [['Alt', 'Shift', '↑'], 'shortcuts.unread-up'],
      [['Alt', 'Shift', '↓'], 'shortcuts.unread-down'],
      [['?'], 'shortcuts.help'],
      [[control, '/'], 'shortcuts.help-typing'],
      [['Esc'], 'shortcuts.leave'],
    ],
  },
  {
    title: 'shortcuts.lists',
    keys: [
      [['↑', '↓'], 'shortcuts.move'],
      [['Enter'], 'shortcuts.enter'],
      [['Shift', 'F10'], 'shortcuts.menu'],
    ],
  },
  {
    title: 'shortcuts.writing',
    keys: [
      [['Enter'], 'shortcuts.send'],
      [['Shift', 'Enter'], 'shortcuts.line'],
      [['@'], 'shortcuts.mention'],
    ],
  },
] as const;

/** All keys, in one sheet. */
export function Help({ onClose }: Props) {
  return (
    <Dialog title={text('shortcuts.title')} onClose={onClose}>
      {groups.map(({ title, keys }) => (
        <section key={title} aria-label={text(title)}>
          <h3 className={css.title}>{text(title)}</h3>
          <dl className={css.keys}>
            {keys.map(([pressed, what]) => (
              <div key={what} className={css.line}>
                <dt>{text(what)}</dt>
                <dd>
                  {pressed.map((key) => (
                    <kbd key={key} className={css.key}>
                      {key}
                    </kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
