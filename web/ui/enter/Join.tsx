import { useEffect, useState } from 'react';
import type { RefusalReply } from '../../../protocol/api/shapes.ts';
import { useMessenger } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import { replacePlace } from '../place.ts';
import { text } from '../text/text.ts';
import { JoinForm } from './JoinForm.tsx';
import type { LinkView } from './link.ts';
import { Sheet } from './Sheet.tsx';
import { Splash } from './Splash.tsx';

interface Props {
  readonly token: string;
}

/** A link was opened: what it is for decides the form. */
export function Join({ token }: Props) {
  const messenger = useMessenger();
  const [link, setLink] = useState<LinkView | null>(null);
  const [refusal, setRefusal] = useState<RefusalReply | null>(null);
  useEffect(() => {
    messenger.lookAtLink(token).then((answer) => (answer.ok ? setLink(answer.value) : setRefusal(answer.refusal)));
  }, [messenger, token]);
  if (refusal !== null) {
    return (
      <Sheet title={text('enter.bad-link')} more={refusal.sentence}>
        <Button look="primary" large onClick={() => replacePlace({ is: 'chats' })}>
          {text('enter.to-sign-in')}
        </Button>
      </Sheet>
    );
  }
  return link === null ? <Splash /> : <JoinForm token={token} link={link} />;
}
