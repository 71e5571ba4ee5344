import type { Migration } from '../migrate.ts';

export const accounts: Migration = {
  id: 2,
  name: 'accounts',
  up(raw) {
    raw.exec(`
      CREATE TABLE account (
        accountId TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('person', 'bot')),
        localName TEXT NOT NULL UNIQUE,
        displayName TEXT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('admin', 'person')),
        state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'disabled')),
        mayBringOutsiders INTEGER NOT NULL CHECK (mayBringOutsiders IN (0, 1)),
        searchKey TEXT NOT NULL,
        createdAtMs INTEGER NOT NULL,
        lastSeenAtMs INTEGER
      ) STRICT;

      CREATE TABLE passwordSetup (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        setup TEXT NOT NULL
      ) STRICT;

      CREATE TABLE accountPassword (
        accountId TEXT PRIMARY KEY REFERENCES account (accountId),
        record TEXT NOT NULL,
        changedAtMs INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE accountSession (
        sessionId TEXT PRIMARY KEY,
        accountId TEXT NOT NULL REFERENCES account (accountId),
        tokenHash BLOB NOT NULL UNIQUE,
        device TEXT NOT NULL,
        label TEXT NOT NULL,
        createdAtMs INTEGER NOT NULL,
        lastUsedAtMs INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX accountSessionByAccount ON accountSession (accountId, lastUsedAtMs);

      CREATE TABLE accountToken (
        tokenId TEXT PRIMARY KEY,
        accountId TEXT NOT NULL REFERENCES account (accountId),
        tokenHash BLOB NOT NULL UNIQUE,
        device TEXT NOT NULL,
        label TEXT NOT NULL,
        scopes TEXT NOT NULL,
        createdAtMs INTEGER NOT NULL,
        lastUsedAtMs INTEGER
      ) STRICT;
      CREATE INDEX accountTokenByAccount ON accountToken (accountId);

      CREATE TABLE accountLink (
        linkId TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('first-administrator', 'join', 'reset')),
        tokenHash BLOB NOT NULL UNIQUE,
        accountId TEXT NOT NULL,
        madeBy TEXT,
        createdAtMs INTEGER NOT NULL,
        expiresAtMs INTEGER NOT NULL,
        usedAtMs INTEGER
      ) STRICT;
      CREATE INDEX accountLinkByAccount ON accountLink (accountId);
    `);
  },
};
