import type { Migration } from '../migrate.ts';

export const files: Migration = {
  id: 8,
  name: 'files',
  up(raw) {
    raw.exec(`
      ALTER TABLE entry ADD COLUMN blobs BLOB;
      CREATE TABLE entryBlob (
        blob BLOB NOT NULL,
        arrival INTEGER NOT NULL REFERENCES entry (arrival),
        PRIMARY KEY (blob, arrival)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE blob (
        hash BLOB PRIMARY KEY,
        bytes INTEGER NOT NULL,
        atMs INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE blobOwner (
        hash BLOB NOT NULL REFERENCES blob (hash) ON DELETE CASCADE,
        account TEXT NOT NULL,
        PRIMARY KEY (account, hash)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX blobOwnerByHash ON blobOwner (hash);
      CREATE TABLE chatBlob (
        chat TEXT NOT NULL,
        hash BLOB NOT NULL,
        held INTEGER NOT NULL,
        org TEXT NOT NULL,
        PRIMARY KEY (hash, chat)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX chatBlobWanted ON chatBlob (org) WHERE held = 0;
      CREATE TABLE upload (
        id TEXT PRIMARY KEY,
        account TEXT NOT NULL,
        chat TEXT,
        bytes INTEGER NOT NULL,
        synced INTEGER NOT NULL,
        touchedMs INTEGER NOT NULL,
        hash BLOB
      ) STRICT;
      CREATE INDEX uploadByAccount ON upload (account);
      CREATE INDEX uploadByTouch ON upload (touchedMs);
    `);
  },
};
