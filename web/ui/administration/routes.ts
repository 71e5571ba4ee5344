/** What the administrators' routes answer: types of the contract, so that nothing of it is loaded into the page. */
import type { z } from 'zod';
import type * as contract from '../../../protocol/api/routes/admin.ts';

export type NodeStatus = z.infer<typeof contract.status>;
export type Account = z.infer<typeof contract.account>;
export type Peer = z.infer<typeof contract.peer>;
export type Network = z.infer<typeof contract.network>;
export type Link = { readonly link: string; readonly expiresAt: number };
export type Ticket = { readonly ticket: string; readonly expiresAt: number };
export type AdminRoute = keyof typeof contract.adminRoutes;
