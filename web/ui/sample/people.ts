/** Invented organisations and people. */
import type { AccountId, ChatId, OrgId } from '../../../protocol/ids.ts';
import type { MeView, OrganisationView, PersonView } from '../../client/model.ts';

export const now = Date.now();
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

export function chatId(name: string): ChatId {
  return `chat_${name}` as ChatId;
}

function organisation(key: string, name: string, domain: string, awayMs: number | null = null): OrganisationView {
  const since = awayMs === null ? null : now - awayMs;
  return { org: `org_${key}` as OrgId, name, domain, own: key === 'acme', reachable: since === null, since };
}

export const acme = organisation('acme', 'Acme Robotics', 'acme.example');
export const globex = organisation('globex', 'Globex', 'globex.example');
export const initech = organisation('initech', 'Initech', 'initech.example', 14 * minute);
export const initechThere = { ...initech, reachable: true, since: null };
export const hooli = organisation('northwind4', 'Northwind Legal', 'northwind.example');

function person(name: string, of: OrganisationView, identity: PersonView['identity'] = 'pinned'): PersonView {
  const local = (name.split(' ')[0] ?? '').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return {
    org: of.org,
    account: `acc_${local}` as AccountId,
    name,
    address: `${local}@${of.domain}`,
    orgName: of.name,
    outsider: !of.own,
    disabled: false,
    identity,
  };
}

export const me: MeView = {
  ...person('Rosa Díaz', acme),
  administrator: true,
  mayBringOutsiders: true,
  domain: acme.domain,
  seal: { fingerprint: ['41730', '08826', '93514', '27061', '65498', '10937'], recoveryKept: true },
};
export const amir = person('Amir Haddad', acme);
export const lena = person('Lena Fischer', acme);
export const jonas = person('Jonas Berg', acme);
export const mei = person('Mei Tanaka', acme);
const oluwaseun = person('Oluwaseun Adeyemi-Whitfield', acme);
export const bob = person('Bob Marsh', globex, 'verified');
export const priya = person('Priya Natarajan', globex);
export const dana = person('Dana Kowalski', initech);
export const vera = person('Vera Novak', initech, 'changed');
export const sam = person('Sam Oyelaran', initech);
export const ingrid = person('Ingrid Solheim', hooli);

export const everybody: readonly PersonView[] = [
  me,
  amir,
  lena,
  jonas,
  mei,
  oluwaseun,
  bob,
  priya,
  dana,
  sam,
  ingrid,
  vera,
  person('Bobbie Chen', acme, 'none'),
  { ...person('Robert Lang', acme), disabled: true },
];

export const sampleCode = 'MZXW-6YTB-OI2T-SQLB-ORSX-G5BA-MNXW-IZJ7-K5QW';
