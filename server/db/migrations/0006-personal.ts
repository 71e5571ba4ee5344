import type { Migration } from '../migrate.ts';

export const personal: Migration = {
  id: 6,
  name: 'personal',
  up(raw) {
    raw.exec(`
      -- what an account keeps for itself; chatId '': of the account as a whole
      CREATE TABLE personal (
        accountId TEXT NOT NULL REFERENCES account (accountId),
        chatId TEXT NOT NULL,
        key TEXT NOT NULL,
        revision INTEGER NOT NULL,
        atMs INTEGER NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (accountId, chatId, key)
      ) STRICT;
      CREATE INDEX personalByRevision ON personal (accountId, revision);

      CREATE TABLE pushSubscription (
        endpoint TEXT PRIMARY KEY,
        accountId TEXT NOT NULL REFERENCES account (accountId),
        sessionId TEXT NOT NULL,
        p256dh BLOB NOT NULL,
        auth BLOB NOT NULL,
        createdAtMs INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX pushSubscriptionByAccount ON pushSubscription (accountId);

      CREATE TABLE pushKey (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        publicKey BLOB NOT NULL,
        privateKey BLOB NOT NULL
      ) STRICT;
    `);
  },
};
