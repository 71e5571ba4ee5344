import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import { text } from '../text/text.ts';
import { Field } from './Field.tsx';
import { IconButton } from './IconButton.tsx';

export function PasswordField(props: ComponentProps<typeof Field>) {
  const [shown, setShown] = useState(false);
  const toggle = (
    <IconButton
      icon={shown ? EyeOff : Eye}
      label={text(shown ? 'enter.hide' : 'enter.show')}
      onClick={() => setShown(!shown)}
    />
  );
  return <Field {...props} type={shown ? 'text' : 'password'} spellCheck={false} autoCapitalize="off" after={toggle} />;
}
