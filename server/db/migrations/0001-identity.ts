import type { Migration } from '../migrate.ts';

export const identity: Migration = {
  id: 1,
  name: 'identity',
  up(raw) {
    raw.exec(`
      CREATE TABLE ownOrganisation (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        orgId TEXT NOT NULL,
        chain BLOB NOT NULL,
        createdAtMs INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE ownInstance (
        id INTEGER PRIMARY KEY,
        instance BLOB NOT NULL,
        startedAtMs INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE peer (
        orgId TEXT PRIMARY KEY,
        state TEXT NOT NULL CHECK (state IN ('approved', 'open', 'seen', 'blocked')),
        name TEXT NOT NULL,
        opKey BLOB NOT NULL,
        endpoints TEXT NOT NULL,
        chain BLOB,
        directory TEXT CHECK (directory IN ('nobody', 'exact', 'search')),
        autoAccept INTEGER NOT NULL CHECK (autoAccept IN (0, 1)),
        ticketToken BLOB,
        workedEndpoint TEXT,
        instance BLOB,
        lastContactMs INTEGER,
        cursor INTEGER NOT NULL,
        warning TEXT,
        createdAtMs INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX peerByState ON peer (state, createdAtMs);

      CREATE TABLE pinnedDomain (
        domain TEXT PRIMARY KEY,
        orgId TEXT NOT NULL,
        proven INTEGER NOT NULL CHECK (proven IN (0, 1)),
        pinnedAtMs INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX pinnedDomainByOrg ON pinnedDomain (orgId);

      CREATE TABLE network (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        mode TEXT NOT NULL CHECK (mode IN ('off', 'allow-list', 'open')),
        directory TEXT NOT NULL CHECK (directory IN ('nobody', 'exact', 'search'))
      ) STRICT;
      INSERT INTO network (id, mode, directory) VALUES (1, 'allow-list', 'exact');

      CREATE TABLE ticket (
        tokenHash BLOB PRIMARY KEY,
        createdAtMs INTEGER NOT NULL,
        expiresAtMs INTEGER NOT NULL,
        usedBy TEXT
      ) STRICT;

      CREATE TABLE profile (
        orgId TEXT NOT NULL,
        accountId TEXT NOT NULL,
        version INTEGER NOT NULL,
        bytes BLOB NOT NULL,
        signature BLOB NOT NULL,
        PRIMARY KEY (orgId, accountId)
      ) STRICT;

      CREATE TABLE profileWord (
        word TEXT NOT NULL,
        orgId TEXT NOT NULL,
        accountId TEXT NOT NULL,
        PRIMARY KEY (word, orgId, accountId),
        FOREIGN KEY (orgId, accountId) REFERENCES profile (orgId, accountId) ON DELETE CASCADE
      ) STRICT;
      CREATE INDEX profileWordByAccount ON profileWord (orgId, accountId);
    `);
  },
};
