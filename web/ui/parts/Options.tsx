import { Menu } from '@base-ui/react/menu';
import { Ellipsis, type LucideIcon } from 'lucide-react';
import { classes } from './classes.ts';
import { IconButton } from './IconButton.tsx';
import css from './Options.module.css';

export interface Option {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly danger?: boolean;
  readonly act: () => void;
}
interface Props {
  readonly label: string;
  readonly options: readonly Option[];
}

/** The button with three dots and its menu. */
export function Options({ label, options }: Props) {
  return (
    <Menu.Root>
      <Menu.Trigger render={<IconButton icon={Ellipsis} label={label} small />} />
      <Menu.Portal>
        <Menu.Positioner className={css.positioner} align="end" sideOffset={4}>
          <Menu.Popup className={css.popup}>
            {options.map(({ label: name, icon: Icon, danger, act }) => (
              <Menu.Item key={name} className={classes(css.item, danger && css.danger)} onClick={act}>
                <Icon aria-hidden />
                {name}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
