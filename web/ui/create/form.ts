/** What the three forms of the new-chat dialog are given. */
import type { RefObject } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';

export interface FormProps {
  /** The field that the focus goes to first. */
  readonly first: RefObject<HTMLInputElement | null>;
  readonly opened: (chat: ChatId) => void;
  readonly onClose: () => void;
}
