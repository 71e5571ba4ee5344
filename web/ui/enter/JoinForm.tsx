import { type FormEvent, useState } from 'react';
import { useAsk } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import css from '../parts/Form.module.css';
import { Refusal } from '../parts/Refusal.tsx';
import { NewPassword } from '../password/NewPassword.tsx';
import { replacePlace } from '../place.ts';
import { text } from '../text/text.ts';
import { type JoinValues, type LinkView, linkTitle, nameFrom } from './link.ts';
import { NameFields } from './NameFields.tsx';
import { Sheet } from './Sheet.tsx';

interface Props {
  readonly token: string;
  readonly link: LinkView;
}

export function JoinForm({ token, link }: Props) {
  const messenger = useMessenger();
  const { ask, busy, refusal } = useAsk();
  const [tried, setTried] = useState(false);
  const [values, setValues] = useState<JoinValues>({ displayName: '', name: link.name ?? '' });
  const [password, setPassword] = useState<string | null>(null);
  const name = values.name || nameFrom(values.displayName);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (password === null) return;
    const answer = await ask(() => messenger.join(token, name, values.displayName.trim(), password));
    if (answer.ok) replacePlace({ is: link.kind === 'first-administrator' ? 'phrase' : 'chats' });
  };
  const change = (part: Partial<JoinValues>) => setValues({ ...values, ...part });
  return (
    <Sheet {...linkTitle(link)}>
      <form className={css.form} onSubmit={submit}>
        {link.kind === 'reset' ? null : (
          <NameFields values={values} name={name} domain={link.domain} onChange={change} />
        )}
        <NewPassword
          name={name}
          own={[name, values.displayName, link.organisation]}
          tried={tried}
          onChange={setPassword}
        />
        <Refusal refusal={refusal} />
        <Button type="submit" look="primary" large disabled={busy}>
          {text(busy ? 'common.working' : link.kind === 'reset' ? 'enter.reset-do' : 'enter.join-do')}
        </Button>
      </form>
    </Sheet>
  );
}
