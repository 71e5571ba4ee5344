/**
 * How much script the page may load, in bytes of gzip (test/e2e/bundle.test.ts builds and measures). A part that is
 * loaded later, when somebody asks for it, is named by the module that it begins with; each has a limit of its own.
 */
export const FIRST_PAINT_BYTES = 180_000;

/** Of `FIRST_PAINT_BYTES`: what the page itself may take, before the worker that fills it. */
export const PAGE_BYTES = 126_000;

/** The service worker, whole: it can load nothing later. */
export const SERVICE_WORKER_BYTES = 24_000;

/** pdf.js, with its worker. */
export const PDF_BYTES = 520_000;

/** The search index: its worker, with SQLite's WebAssembly. */
export const SEARCH_BYTES = 480_000;

/** With everything that the part needs and the page has not loaded yet; what several parts share counts for each. */
export const LAZY_BYTES: Readonly<Record<string, number>> = {
  'ui/enter/SignIn.tsx': 3_000,
  'ui/enter/Join.tsx': 10_000,
  'ui/enter/Recovery.tsx': 8_000,
  'ui/enter/Locked.tsx': 10_000,
  /** Lists of what people choose, so that nobody does: on sign-up and where a password is changed, and only for one's own. */
  'ui/password/judge.ts': 450_000,
  'ui/enter/Phrase.tsx': 4_000,
  'ui/conversation/Conversation.tsx': 30_000,
  'ui/files/MessageFiles.tsx': 32_000,
  'ui/files/FileList.tsx': 32_000,
  'ui/files/Viewer.tsx': 60_000,
  'ui/files/Player.tsx': 32_000,
  'ui/files/node-source.ts': 36_000,
  'ui/files/judging.ts': 27_000,
  'ui/files/preparing.ts': 30_000,
  /** Without pdf.js's worker, which is a file of its own. */
  'ui/files/pdf.ts': 165_000,
  'ui/files/PdfView.tsx': 195_000,
  'ui/create/NewChat.tsx': 66_000,
  /** The conversation is counted with it, beside which it opens and which is there by then. */
  'ui/details/Details.tsx': 113_000,
  'ui/details/LookDialog.tsx': 91_000,
  'ui/details/Invite.tsx': 66_000,
  'ui/conversation/SealSheet.tsx': 30_000,
  'ui/safety/QrCode.tsx': 8_000,
  'ui/settings/Settings.tsx': 36_000,
  'ui/keyboard/Switcher.tsx': 36_000,
  'ui/keyboard/Help.tsx': 30_000,
  'ui/security/Security.tsx': 44_000,
  'ui/administration/Administration.tsx': 66_000,
  'ui/parts/Confirm.tsx': 26_000,
  'ui/search/History.tsx': 12_000,
  'ui/search/Everywhere.tsx': 10_000,
  'ui/app/Around.tsx': 6_000,
  'ui/list/ChatMenu.tsx': 60_000,
  'ui/notify/BellMenu.tsx': 50_000,
  // of the worker
  'client/sending.ts': 6_000,
  'client/requests.ts': 5_000,
  /** Sealing files and the tus protocol. */
  'client/files/uploads.ts': 24_000,
  'client/key-material.ts': 4_000,
  'client/executor.ts': 8_000,
  'client/membership.ts': 12_000,
  'client/ranking.ts': 2_000,
  'client/erasing.ts': 5_000,
  'client/search/search.ts': 8_000,
  'client/keyring/door.ts': 7_000,
  'client/keyring/making.ts': 3_000,
  'client/keyring/passkeys.ts': 4_000,
  'client/login.ts': 3_000,
  /** WebAssembly that meets passwords: on log-in, sign-up and where a password is changed. */
  '../node_modules/@serenity-kit/opaque/esm/index.js': 180_000,
  '../node_modules/@scure/bip39/wordlists/english.js': 8_000,
  '../protocol/seal/hpke-suite.ts': 8_000,
};
