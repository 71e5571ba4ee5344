import { useCallback, useEffect, useState } from 'react';
import type { PersonalSettings } from '../../../protocol/api/personal.ts';
import { useSay, useTell } from '../ask.ts';
import { useApp, useMessenger } from '../messenger.ts';
import { Toggle } from '../parts/Toggle.tsx';
import { text } from '../text/app.ts';
import { zoneHere } from './durations.ts';
import css from './Notifications.module.css';
import { canSubscribe, subscribe, subscribed, unsubscribe } from './subscribing.ts';

const NIGHT = { from: 22 * 60, to: 7 * 60 };

/** What one is told of with the tab closed, and when not. */
export function Notifications() {
  const messenger = useMessenger();
  const tell = useTell();
  const settings = useApp().settings ?? { zone: zoneHere(), quiet: null, readMarkers: true, presence: true };
  const keep = (part: Partial<PersonalSettings>) =>
    void tell(messenger.keep([{ chat: null, key: 'settings', value: { ...settings, ...part } }]));
  const { quiet, zone } = settings;
  return (
    <div className={css.parts}>
      <PushSwitch />
      <Toggle
        label={text('notify.quiet')}
        value={quiet !== null}
        onChange={(on) => keep({ quiet: on ? NIGHT : null, zone })}
      />
      {quiet === null ? null : (
        <div className={css.line}>
          <Time
            label={text('notify.from')}
            value={quiet.from}
            onChange={(from) => keep({ quiet: { ...quiet, from } })}
          />
          <Time label={text('notify.to')} value={quiet.to} onChange={(to) => keep({ quiet: { ...quiet, to } })} />
          <label className={css.field}>
            {text('notify.zone')}
            <select value={zone} onChange={(event) => keep({ zone: event.target.value })}>
              {[...new Set([zone, ...Intl.supportedValuesOf('timeZone')])].map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
        </div>
      )}
    </div>
  );
}

function PushSwitch() {
  const messenger = useMessenger();
  const say = useSay();
  const [host, setHost] = useState<string | null>(null);
  const look = useCallback(async () => {
    const now = await subscribed();
    setHost(now && new URL(now.endpoint).host);
  }, []);
  useEffect(() => {
    void look();
  }, [look]);
  const change = async (on: boolean) => {
    const why = on ? await subscribe(messenger) : await unsubscribe(messenger);
    if (why) say(text(`notify.${why}`), 'bad');
    await look();
  };
  if (!canSubscribe()) return <p className={css.more}>{text('notify.none')}</p>;
  return (
    <div>
      <Toggle label={text('notify.push')} value={host !== null} onChange={change} />
      <p className={css.more}>{host === null ? text('notify.learns') : text('notify.learns-host', { host })}</p>
    </div>
  );
}

interface TimeProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (minutes: number) => void;
}

function Time({ label, value, onChange }: TimeProps) {
  const two = (number: number) => String(number).padStart(2, '0');
  return (
    <label className={css.field}>
      {label}
      <input
        type="time"
        required
        value={`${two(Math.floor(value / 60))}:${two(value % 60)}`}
        onChange={({ target }) => {
          const [hours, minutes] = target.value.split(':').map(Number);
          if (hours !== undefined && minutes !== undefined) onChange(hours * 60 + minutes);
        }}
      />
    </label>
  );
}
