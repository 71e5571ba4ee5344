import { Paperclip } from 'lucide-react';
import { useRef } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import { IconButton } from '../parts/IconButton.tsx';
import { text } from '../text/files.ts';
import { useAttach } from './useattach.ts';

interface Props {
  readonly chat: ChatId;
}

export function AttachButton({ chat }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const attach = useAttach(chat);
  return (
    <>
      <input
        ref={field}
        type="file"
        multiple
        hidden
        aria-label={text('files.attach')}
        onChange={({ currentTarget }) => {
          attach([...(currentTarget.files ?? [])]);
          currentTarget.value = '';
        }}
      />
      <IconButton icon={Paperclip} label={text('files.attach')} onClick={() => field.current?.click()} />
    </>
  );
}
