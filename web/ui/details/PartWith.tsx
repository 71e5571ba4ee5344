import type { ChatId } from '../../../protocol/ids.ts';
import type { PersonView } from '../../client/model.ts';
import { useMessenger } from '../messenger.ts';
import { Confirm } from '../parts/Confirm.tsx';
import { text } from '../text/text.ts';

export type Farewell = 'remove' | 'withdraw';

interface Props {
  readonly farewell: Farewell;
  readonly person: PersonView;
  readonly chat: ChatId;
  readonly onClose: () => void;
}

export function PartWith({ farewell, person, chat, onClose }: Props) {
  const messenger = useMessenger();
  const { name, orgName: organisation } = person;
  const lost =
    farewell === 'remove'
      ? text('details.remove-more', { name, organisation })
      : text('details.withdraw-more', { name });
  return (
    <Confirm
      title={text(`details.${farewell}-title`, { name })}
      lost={lost}
      action={text(`details.${farewell}-do`)}
      onClose={onClose}
      work={() => messenger[farewell](chat, person)}
    />
  );
}
