import type { Migration } from '../migrate.ts';

export const accountKeys: Migration = {
  id: 4,
  name: 'account-keys',
  up(raw) {
    raw.exec(`
      CREATE TABLE accountKeys (
        accountId TEXT PRIMARY KEY REFERENCES account (accountId),
        identity BLOB,
        resets INTEGER NOT NULL,
        vaultVersion INTEGER NOT NULL,
        vault BLOB,
        envelopes BLOB
      ) STRICT;
      CREATE INDEX accountKeysReset ON accountKeys (accountId) WHERE resets > 0;

      CREATE TABLE knownIdentity (
        orgId TEXT NOT NULL,
        accountId TEXT NOT NULL,
        chain BLOB NOT NULL,
        learntAtMs INTEGER NOT NULL,
        PRIMARY KEY (orgId, accountId)
      ) STRICT, WITHOUT ROWID;
    `);
  },
};
