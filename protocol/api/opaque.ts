/**
 * How a client stretches the password before the node ever meets a trace of it (Argon2id: 64 MiB, 3 passes, 1 lane). Registration
 * and log-in must use the same; the node never runs it. Changing it makes every password unusable.
 */
export const KEY_STRETCHING = { 'argon2id-custom': { memory: 65_536, iterations: 3, parallelism: 1 } } as const;
