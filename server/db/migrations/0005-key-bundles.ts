import type { Migration } from '../migrate.ts';

export const keyBundles: Migration = {
  id: 5,
  name: 'key-bundles',
  up(raw) {
    raw.exec(`
      -- cpos: position of the first act that can bring it, one past the base that it was made for
      -- named: 1 once that act stands there and names it
      -- bytes: NULL while it is not here
      CREATE TABLE keyBundle (
        chat INTEGER NOT NULL REFERENCES chat (id),
        hash BLOB NOT NULL,
        org TEXT NOT NULL,
        cpos INTEGER NOT NULL,
        named INTEGER NOT NULL,
        bytes BLOB,
        PRIMARY KEY (chat, hash)
      ) STRICT;
      CREATE INDEX keyBundleByPosition ON keyBundle (chat, cpos);
      CREATE INDEX keyBundleLacking ON keyBundle (chat) WHERE bytes IS NULL;

      -- what a bundle for the own organisation holds, by member
      CREATE TABLE ownWrap (
        chat INTEGER NOT NULL REFERENCES chat (id),
        person INTEGER NOT NULL REFERENCES person (id),
        cpos INTEGER NOT NULL,
        ukGen INTEGER NOT NULL,
        sealed BLOB NOT NULL,
        PRIMARY KEY (chat, person, cpos)
      ) STRICT;

      -- of messages and erasures in sealed chats: which device wrote it, for when a device is taken away
      ALTER TABLE entry ADD COLUMN device BLOB;

      -- what a side of a direct chat has said of its keys in its own log, before the hub has ordered it
      CREATE TABLE carriedKeys (
        log INTEGER NOT NULL REFERENCES chatLog (id),
        seq INTEGER NOT NULL,
        person INTEGER NOT NULL REFERENCES person (id),
        identity BLOB NOT NULL,
        PRIMARY KEY (log, seq)
      ) STRICT;
    `);
  },
};
