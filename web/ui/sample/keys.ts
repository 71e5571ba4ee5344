/** What the invented messenger does about keys of the own account: vault, recovery code, devices, numbers. */

import type { DeviceId } from '../../../protocol/ids.ts';
import { REFUSALS } from '../../../protocol/refusals.ts';
import type { PasskeyBrowser } from '../../client/adapters/browser/passkeys.ts';
import type { Answer, DeviceView, Messenger, PersonView } from '../../client/model.ts';
import type { PasskeyView } from '../../client/passkey.ts';
import { dana, day, everybody, me, minute, now, sampleCode } from './people.ts';
import type { State } from './state.ts';

const nextCode = 'N5XG-KIDB-EBYG-QYLT-ONSX-2ZLT-ORUW-4ZZA-PFXX';
const done: Answer<null> = { ok: true, value: null };

let devices: DeviceView[] = [
  { label: 'Firefox on Linux', ago: 3 * day, here: false },
  { label: 'Chromium on Windows', ago: 0, here: true },
  { label: 'Safari on iPhone', ago: 42 * minute, here: false },
].map(({ label, ago, here }, at) => ({
  device: `dev_${at}` as DeviceId,
  label,
  addedAt: now - (30 + at) * day,
  lastUsedAt: now - ago,
  here,
}));

let passkeys: PasskeyView[] = [
  { id: 'a', name: 'Phone', addedAt: now - 21 * day, lastUsedAt: now - 95 * minute, credential: null },
  { id: 'b', name: 'Blue security key', addedAt: now - 2 * day, lastUsedAt: null, credential: null },
];

/** Whoever asks is answered at once. */
const gotten = { is: 'got', credential: new Uint8Array(), user: null, secret: new Uint8Array(32) } as const;
export const samplePasskeys: PasskeyBrowser = {
  can: async () => true,
  make: async () => gotten,
  use: async () => gotten,
  forget: async () => {},
};

type Keeping = Pick<
  Messenger,
  | 'newPassphrase'
  | 'unlock'
  | 'lock'
  | 'startOver'
  | 'newRecoveryCode'
  | 'keepRecoveryCode'
  | 'changePassword'
  | 'passkeyAsk'
  | 'passkeys'
  | 'addPasskey'
  | 'removePasskey'
  | 'devices'
  | 'removeDevice'
>;

const phrases = ['velvet orbit copper meadow puzzle lantern', 'saddle timber urban violin walnut harbor'];

/** The password is "rosa"; of the codes only `sampleCode` opens. */
export function keeping({ setApp }: State): Keeping {
  let drawn = 0;
  const refused = (code: 'bad_login' | 'wrong_code' | 'passkey_cancelled', sentence: string) =>
    ({ ok: false, refusal: { code: code as 'bad_login', sentence } }) as const;
  const enter = () => setApp({ phase: { is: 'signed-in', me } });
  return {
    newPassphrase: async () => ({ ok: true, value: phrases[drawn++ % phrases.length] as string }),
    async unlock(by) {
      if ('password' in by) {
        return by.password === 'rosa' ? enter() : refused('bad_login', 'The name or the password is not right.');
      }
      if ('passkey' in by)
        return by.passkey.is === 'got' ? enter() : refused('passkey_cancelled', REFUSALS.passkey_cancelled.sentence);
      const plain = by.code.replace(/[\s-]/g, '').toUpperCase();
      if (plain === sampleCode.replaceAll('-', '')) return enter();
      return refused('wrong_code', 'That is not the recovery code of this account.');
    },
    lock: async () =>
      setApp({ phase: { is: 'locked', me, after: 'lock', ways: ['password', 'code'], why: null }, chats: [] }),
    startOver: async () => setApp({ phase: { is: 'recovery', me, code: nextCode } }),
    newRecoveryCode: async () => ({ ok: true, value: nextCode }),
    keepRecoveryCode: async () => enter(),
    changePassword: async (before) =>
      before === 'rosa' ? done : refused('bad_login', 'The name or the password is not right.'),
    passkeyAsk: async () => ({ ok: true, value: { salt: new Uint8Array(32), user: new Uint8Array(16), known: [] } }),
    passkeys: async () => ({ ok: true, value: passkeys }),
    async addPasskey(name, { is }) {
      if (is !== 'got') return refused('passkey_cancelled', REFUSALS.passkey_cancelled.sentence);
      const id = `${passkeys.length}`;
      passkeys = [...passkeys, { id, name, addedAt: Date.now(), lastUsedAt: null, credential: null }];
      return done;
    },
    async removePasskey(gone) {
      passkeys = passkeys.filter(({ id }) => id !== gone);
      return done;
    },
    devices: async () => ({ ok: true, value: devices }),
    async removeDevice(gone) {
      devices = devices.filter(({ device }) => device !== gone);
      return done;
    },
  };
}

function groupsOf(person: PersonView, turn: number): string[] {
  let sum = turn;
  return Array.from({ length: 6 }, (_, at) => {
    for (const letter of person.account + person.org) sum = (sum * 33 + letter.charCodeAt(0) + at) % 99_991;
    return String(sum).padStart(5, '0');
  });
}

export function comparing({ app, setApp, setPerson }: State): Pick<Messenger, 'safety' | 'judgeIdentity'> {
  const mine = me.seal?.fingerprint ?? [];
  return {
    async safety({ account }) {
      const known = everybody.find((one) => one.account === account) as PersonView;
      const changed = known.identity === 'changed' || known.account === dana.account;
      const value = {
        person: known,
        number: [...mine, ...groupsOf(known, changed ? 7 : 1)],
        code: 'conclave-safety:AGBWC2DPOJSWC3TUMVSCA2LTEBQSA43FMNZGK5BAORUGC5BANZXWE33EPEQGWZLFOBZSAYLDMNXXK3TUOMQG64RAMRSXM2LD',
        former: changed ? [...mine, ...groupsOf(known, 1)] : null,
      };
      return { ok: true, value };
    },
    async judgeIdentity({ account }, identity) {
      setPerson(account, { identity });
      return setApp({ chats: [...app().chats] });
    },
  };
}
