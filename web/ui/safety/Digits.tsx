import css from './Digits.module.css';

interface Props {
  readonly label: string;
  /** Groups of five digits. */
  readonly groups: readonly string[];
  readonly narrow?: boolean;
}

/** Groups in columns, so that two people find the same place. */
export function Digits({ label, groups, narrow = false }: Props) {
  return (
    <ol className={css.digits} aria-label={label} data-narrow={narrow}>
      {groups.map((group, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two groups may be the same; the place is what they are known by
        <li key={at}>{group}</li>
      ))}
    </ol>
  );
}
