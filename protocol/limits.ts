/** Every limit of the protocol, in one place (PROTOCOL 2.4). Each has a test at it and one past it. */
const KIB = 1024;
const MIB = 1024 * KIB;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export const LIMITS = {
  bodyBytes: 64 * KIB,
  blockEntries: 256,
  blockBytes: 1 * MIB,
  /** All bodies of one block: with the block they must fit in one frame. */
  blockBodyBytes: 2 * MIB,
  /** Holds the body of a request and 128 cuts twice. */
  actBytes: 128 * KIB,
  lookBytes: 64 * KIB,
  genesisBytes: 4 * KIB,
  recordBytes: 4 * KIB,
  recordChain: 64,
  rootKeys: 3,
  chainBytes: 16 * KIB,
  orgNameBytes: 64,
  ticketBytes: 3 * KIB,
  profileBytes: 1 * KIB,
  frameBytes: 4 * MIB,
  helloBytes: 64 * KIB,
  callRequestBytes: 64 * KIB,
  callAnswerBytes: 1 * MIB,
  blobsPerEntry: 32,
  mentionsPerEntry: 64,
  intentsPerRequest: 128,
  historySpans: 64,
  actsPerFrame: 512,
  /** Acts of one frame: the record chains that they bring are verified in one go. A sender stops at the half. */
  controlFrameBytes: 384 * KIB,
  receiptsPerFrame: 1024,
  headsPerFrame: 512,
  blocksPerFrame: 512,
  profilesPerFrame: 256,
  hashesPerFrame: 512,
  profilesPerAnswer: 20,
  searchTextBytes: 128,
  instances: 512,
  membersPerChat: 5_000,
  organisationsPerChat: 64,
  cutsPerAct: 128,
  endpoints: 8,
  endpointBytes: 256,
  domains: 4,
  domainBytes: 253,
  features: 32,
  featureBytes: 32,
  localNameBytes: 64,
  displayNameBytes: 128,
  deviceNameBytes: 64,
  messageTextBytes: 48 * KIB,
  wellKnownBytes: 16 * KIB,
  wellKnownTimeoutMs: 5_000,
  recordLifetimeMs: 7 * DAY_MS,
  clockAheadMs: 5 * MINUTE_MS,
  blockDelayMs: 20,
  blockSoonEntries: 64,
  cutWaitMs: 2_000,
  retryMaxMs: 60_000,
  headsEveryMs: 45_000,
  invitationLifetimeMs: 30 * DAY_MS,
  heldBytesPerPeer: 8 * MIB,
  devicesPerAccount: 16,
  cardBytes: 2 * KIB,
  identityCards: 9,
  identityBytes: 12 * KIB,
  identitiesPerCall: 64,
  bundleBytes: 1 * MIB,
  wrapsPerBundle: 5_000,
  /** All bundles of one request: what a client hands to its node in one go. */
  requestBundlesBytes: 8 * MIB,
  /** Secrets in one wrap; a bundle that would be too big goes in several requests. */
  segmentsPerWrap: 4_096,
  lookKeysPerWrap: 4,
  unlockers: 16,
  knownIdentities: 10_000,
  userKeys: 1_024,
  settingsBytes: 64 * KIB,
  /** Of one chat, sealed. */
  draftBytes: 64 * KIB,
  draftBytesPerAccount: 4 * MIB,
  personalChanges: 32,
  pushEndpointBytes: 1_024,
  /** Of one account. */
  pushSubscriptions: 16,
  /** Holds all of the above, padded. */
  vaultBytes: 1 * MIB,
  /** A write of card and vault may be interrupted between the two. */
  cardsAhead: 2,
  /** Uploads of one account that are not complete. */
  openUploads: 64,
  /** One piece of a blob on its way between nodes (PROTOCOL 5.8a). */
  blobPieceBytes: 512 * KIB,
  /** `[v, chatId, what, offset]`, and what is answered before the bytes. */
  blobHeadBytes: 1 * KIB,
  /** Chunks of a file: a counter of 38 bits. */
  fileChunks: 2 ** 38,
} as const;
