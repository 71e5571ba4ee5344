import { MonitorSmartphone } from 'lucide-react';
import { useState } from 'react';
import type { DeviceView } from '../../client/model.ts';
import { useSay } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { useNow } from '../now.ts';
import { Button } from '../parts/Button.tsx';
import { Confirm } from '../parts/Confirm.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { Spinner } from '../parts/Spinner.tsx';
import settings from '../settings/Settings.module.css';
import { text } from '../text/keys.ts';
import { timeSince } from '../text/time.ts';
import { useDevices } from './devices.ts';
import css from './Security.module.css';

export function Devices() {
  const messenger = useMessenger();
  const say = useSay();
  const { devices, refusal, again } = useDevices();
  const [going, setGoing] = useState<DeviceView | null>(null);
  const logOut = async ({ device, label }: DeviceView) => {
    const answer = await messenger.removeDevice(device);
    if (answer.ok) say(text('security.device-out-done', { device: label }));
    again();
    return answer;
  };
  return (
    <>
      <p className={settings.more}>{text('security.devices-more')}</p>
      <Refusal refusal={refusal} />
      {devices === null && refusal === null ? <Spinner /> : null}
      <ul className={css.devices} aria-label={text('security.devices')}>
        {devices?.map((device) => (
          <DeviceLine key={device.device} device={device} onOut={() => setGoing(device)} />
        ))}
      </ul>
      {going === null ? null : (
        <Confirm
          title={text('security.device-out-title', { device: going.label })}
          lost={text('security.device-out-more')}
          action={text('security.device-out')}
          onClose={() => setGoing(null)}
          work={() => logOut(going)}
        />
      )}
    </>
  );
}

function DeviceLine({ device, onOut }: { readonly device: DeviceView; readonly onOut: () => void }) {
  const now = useNow();
  const { label, lastUsedAt, here } = device;
  return (
    <li className={css.device}>
      <MonitorSmartphone aria-hidden />
      <div className={css.words}>
        <p className={css.name}>{label}</p>
        {here ? (
          <p className={css.here}>{text('security.device-here')}</p>
        ) : (
          <p className={css.more}>{text('security.device-used', { time: timeSince(lastUsedAt, now) })}</p>
        )}
      </div>
      {here ? null : (
        <Button onClick={onOut} aria-label={text('security.device-out-label', { device: label })}>
          {text('security.device-out')}
        </Button>
      )}
    </li>
  );
}
