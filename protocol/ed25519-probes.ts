/**
 * Signatures that tell one rule of verification from another (PROTOCOL 1.1). Who gives the expected answer to all of them leaves out the
 * cofactor, compares the encoding of `R`, and wants `S` below the order; so a native implementation is asked these before it is trusted.
 * What is of small order is not among them: that is refused before any implementation is asked.
 */
const KEY = 'b006ceb650c14ce9fba7a997a8ec6270853836db4e1674bb8dcac233f9c7a0db';
/** The same point and one of order 8. */
const MIXED = 'ae56cd6fc7080d284893001103dfb241d05a87e103c50f470a4c47c768a0ee43';
const R = '17ffad8068dc0de9935d36636f3ad1b5de6de3413b12388e453b05f2a4c1d3db';
const R_MIXED = '1dd960b291c53514fece1341fc0dcd8a648b3934c2c533666f737a654ff1e1bf';

/** What it is, key, message, signature, and whether that is good. */
const PROBES: readonly (readonly [string, string, string, string, boolean])[] = [
  ['good', KEY, '00', `${R}1eed537ca86ba1fcf4dc7911ac564f6e852b506c8bb2ef727078141b2cf83709`, true],
  ['S raised by the order', KEY, '00', `${R}0bc149d9c2ceb354cb7971b48a502e83852b506c8bb2ef727078141b2cf83719`, false],
  [
    'R and a point of small order',
    KEY,
    '00',
    `${R_MIXED}dbcb5ab76424a92c1da39175bde93ea5ff70fc46f25ff34c913c5d1a6953d504`,
    false,
  ],
  [
    'key and a point of small order',
    MIXED,
    '00',
    `${R}2da83d37c9a0ab0a4fb2a5481d18d206bd323fdf5af01c7550af6ae7f4c4af03`,
    false,
  ],
  [
    'such a key, the challenge a multiple of 8',
    MIXED,
    '05',
    `${R}2440c81ce03a301e8122b5c9eb7ebd273d5296385ad1c032574c8f27ab3dbe0a`,
    true,
  ],
  [
    'both, and they make up for each other',
    MIXED,
    '0200',
    `${R_MIXED}b30a6dbbca51b32a0608c89aba777766cc31e5bff32f94fc1c9aed0405cff00d`,
    true,
  ],
];

export interface Probe {
  readonly what: string;
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly good: boolean;
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function probes(): Probe[] {
  return PROBES.map(([what, key, message, signature, good]) => ({
    what,
    key: fromHex(key),
    message: fromHex(message),
    signature: fromHex(signature),
    good,
  }));
}

type Verify = (message: Uint8Array, key: Uint8Array, signature: Uint8Array) => Promise<boolean> | boolean;

/** Does it give the answer of PROTOCOL 1.1 to every probe? One that throws does not. */
export async function keepsTheRule(verify: Verify): Promise<boolean> {
  for (const { message, key, signature, good } of probes()) {
    try {
      if ((await verify(message, key, signature)) !== good) return false;
    } catch {
      return false;
    }
  }
  return true;
}
