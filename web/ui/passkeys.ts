/** The browser's passkeys, for the screens that offer them. Invented ones take their place on invented data. */
import { createContext, useContext, useEffect, useState } from 'react';
import { type PasskeyBrowser, passkeyBrowser } from '../client/adapters/browser/passkeys.ts';

export const PasskeysContext = createContext<PasskeyBrowser>(passkeyBrowser);

/** Null until it is known, or where this browser has none. */
export function usePasskeys(): PasskeyBrowser | null {
  const browser = useContext(PasskeysContext);
  const [can, setCan] = useState(false);
  useEffect(() => {
    void browser.can().then(setCan, () => setCan(false));
  }, [browser]);
  return can ? browser : null;
}
