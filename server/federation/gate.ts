/**
 * The gate: whether an organisation that has just connected may exchange anything at all (PROTOCOL 1.12, 7). Always holds: the
 * answer to whoever may not is the same; nothing costly is done for who is shut out, or for strangers beyond their budget.
 */
import { equalBytes } from '../../protocol/bytes.ts';
import type { OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { FrameOf } from '../../protocol/sync/frames.ts';
import type { Instances } from '../identity/instances.ts';
import type { Network } from '../identity/network.ts';
import type { OwnOrganisation } from '../identity/organisation.ts';
import type { Peers } from '../identity/peers.ts';
import type { Tickets } from '../identity/tickets.ts';
import type { Connection } from '../ports.ts';
import type { Doors } from './doors.ts';
import type { SessionUses } from './session.ts';

export type Gate = Pick<SessionUses, 'hello' | 'mayTry' | 'verify' | 'admit'>;

interface Uses {
  readonly doors: Doors;
  readonly instances: Instances;
  readonly network: Network;
  readonly organisation: OwnOrganisation;
  readonly peers: Peers;
  readonly self: { readonly orgId: OrgId };
  readonly tickets: Tickets;
}

export function createGate({ doors, instances, network, organisation, peers, self, tickets }: Uses): Gate {
  function hello(connection: Connection): FrameOf<'hello'> {
    const dialled = peers.byKey(connection.remoteKey);
    return {
      is: 'hello',
      v: 1,
      chain: organisation.chainBytes(),
      instances: [...instances.all()].slice(0, LIMITS.instances),
      features: [...organisation.current().record.features],
      token: dialled?.ticketToken ?? new Uint8Array(),
    };
  }

  function mayTry(connection: Connection, claimed: OrgId, said: FrameOf<'hello'>): boolean {
    if (network.settings().mode === 'off' || claimed === self.orgId || peers.stateOf(claimed) === 'blocked')
      return false;
    return tickets.isGood(said.token) || doors.mayVerify(connection);
  }

  const admit: Gate['admit'] = async ({ orgId, chainBytes }, said) => {
    const { mode } = network.settings();
    const learnt = await peers.learn(chainBytes, { as: mode === 'open' ? 'open' : 'seen' });
    // Also an older chain: who stole the key before the last one would otherwise be let in for ever.
    if (!learnt.ok) return null;
    if (said.token.length > 0) await tickets.redeem(said.token, orgId);
    if (!network.mayExchange(orgId).ok) return null;
    const known = peers.get(orgId)?.instance;
    const knownInstance = !known || said.instances.some((each) => equalBytes(each, known));
    const newest = said.instances[0];
    if (knownInstance && newest) await peers.noteInstance(orgId, newest);
    return { knownInstance };
  };

  return { hello, mayTry, verify: peers.verify, admit };
}
