/** What the running node says of itself, as the contract has it. */
import type { z } from 'zod';
import type { account, check, peer, status } from '../../protocol/api/routes/admin.ts';

export type Account = z.infer<typeof account>;
export type Check = z.infer<typeof check>;
export type PeerStatus = z.infer<typeof peer>;
export type Status = z.infer<typeof status>;
