import { useTell } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Choice } from '../parts/Choice.tsx';
import { text } from '../text/administration.ts';
import { useRead } from './admin.ts';
import { Loading } from './Loading.tsx';
import type { Network } from './routes.ts';

const modes = ['off', 'allow-list', 'open'] as const;
const directories = ['nobody', 'exact', 'search'] as const;

export function NetworkAccess() {
  const messenger = useMessenger();
  const tell = useTell();
  const { value, refusal, again } = useRead<Network>('GET /api/v1/admin/network');
  if (value === null) return <Loading refusal={refusal} again={again} />;
  const change = async (body: Partial<Network>) => {
    await tell(messenger.admin('PATCH /api/v1/admin/network', { body }), text('settings.saved'));
    again();
  };
  return (
    <>
      <Choice
        label={text('admin.network')}
        options={modes.map((mode) => ({
          value: mode,
          label: text(`admin.mode-${mode}`),
          more: text(`admin.mode-${mode}-more`),
        }))}
        value={value.mode}
        onChange={(mode) => change({ mode })}
      />
      <Choice
        label={text('admin.directory')}
        options={directories.map((one) => ({
          value: one,
          label: text(`admin.directory-${one}`),
          more: text(`admin.directory-${one}-more`),
        }))}
        value={value.directory}
        onChange={(directory) => change({ directory })}
      />
    </>
  );
}
