import type { Migration } from '../migrate.ts';

export const chats: Migration = {
  id: 3,
  name: 'chats',
  up(raw) {
    raw.exec(`
      CREATE TABLE person (
        id INTEGER PRIMARY KEY,
        org TEXT NOT NULL,
        account TEXT NOT NULL,
        UNIQUE (org, account)
      ) STRICT;

      CREATE TABLE chat (
        id INTEGER PRIMARY KEY,
        chatId TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL CHECK (kind IN ('general', 'public', 'direct', 'private')),
        genesis BLOB NOT NULL,
        founderSignature BLOB NOT NULL,
        hubKey BLOB,
        stopped TEXT
      ) STRICT;
      CREATE INDEX chatByKind ON chat (kind);

      CREATE TABLE act (
        chat INTEGER NOT NULL REFERENCES chat (id),
        cpos INTEGER NOT NULL,
        bytes BLOB NOT NULL,
        signature BLOB NOT NULL,
        PRIMARY KEY (chat, cpos)
      ) STRICT;

      CREATE TABLE look (
        chat INTEGER NOT NULL REFERENCES chat (id),
        hash BLOB NOT NULL,
        bytes BLOB NOT NULL,
        PRIMARY KEY (chat, hash)
      ) STRICT;

      CREATE TABLE chatLog (
        id INTEGER PRIMARY KEY,
        logId TEXT NOT NULL UNIQUE,
        chat INTEGER NOT NULL REFERENCES chat (id),
        org TEXT NOT NULL,
        key BLOB,
        headBlock INTEGER NOT NULL,
        headSeq INTEGER NOT NULL,
        headHash BLOB NOT NULL,
        headCpos INTEGER NOT NULL,
        headHlc INTEGER NOT NULL,
        stopped TEXT
      ) STRICT;
      CREATE INDEX chatLogByChat ON chatLog (chat);

      CREATE TABLE block (
        log INTEGER NOT NULL REFERENCES chatLog (id),
        blockSeq INTEGER NOT NULL,
        firstSeq INTEGER NOT NULL,
        bytes BLOB NOT NULL,
        signature BLOB NOT NULL,
        PRIMARY KEY (log, blockSeq)
      ) STRICT;

      -- arrival is the row's id: the one order in which things became known here, shared with event
      CREATE TABLE entry (
        arrival INTEGER PRIMARY KEY,
        chat INTEGER NOT NULL REFERENCES chat (id),
        log INTEGER NOT NULL REFERENCES chatLog (id),
        seq INTEGER NOT NULL,
        kind INTEGER NOT NULL,
        person INTEGER NOT NULL REFERENCES person (id),
        cpos INTEGER NOT NULL,
        hlc INTEGER NOT NULL,
        alert INTEGER NOT NULL,
        state INTEGER NOT NULL,
        body BLOB
      ) STRICT;
      CREATE UNIQUE INDEX entryByLog ON entry (log, seq);
      CREATE INDEX entryByTime ON entry (chat, hlc);
      CREATE INDEX entryByArrival ON entry (chat, arrival) WHERE alert > 0;
      CREATE INDEX entryOpenRequest ON entry (chat, arrival) WHERE kind IN (1, 2);

      CREATE TABLE ownEntry (
        person INTEGER NOT NULL REFERENCES person (id),
        entryId BLOB NOT NULL,
        arrival INTEGER NOT NULL,
        PRIMARY KEY (person, entryId)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE mention (
        person INTEGER NOT NULL REFERENCES person (id),
        arrival INTEGER NOT NULL,
        chat INTEGER NOT NULL,
        PRIMARY KEY (person, chat, arrival)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE fin (
        log INTEGER NOT NULL REFERENCES chatLog (id),
        seq INTEGER NOT NULL,
        person INTEGER NOT NULL REFERENCES person (id),
        cpos INTEGER NOT NULL,
        PRIMARY KEY (log, seq)
      ) STRICT;

      CREATE TABLE erasure (
        logId TEXT NOT NULL,
        seq INTEGER NOT NULL,
        person INTEGER NOT NULL REFERENCES person (id),
        moderator INTEGER NOT NULL,
        PRIMARY KEY (logId, seq, person)
      ) STRICT;

      CREATE TABLE event (
        arrival INTEGER PRIMARY KEY,
        kind INTEGER NOT NULL,
        chat INTEGER NOT NULL,
        a INTEGER NOT NULL,
        b INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE seat (
        person INTEGER NOT NULL REFERENCES person (id),
        chat INTEGER NOT NULL REFERENCES chat (id),
        standing TEXT NOT NULL CHECK (standing IN ('invited', 'member', 'ended')),
        consented INTEGER NOT NULL,
        invitedHlc INTEGER NOT NULL,
        PRIMARY KEY (person, chat)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX seatByChat ON seat (chat);
      CREATE INDEX seatInvited ON seat (invitedHlc) WHERE standing = 'invited';

      CREATE TABLE readMark (
        person INTEGER NOT NULL REFERENCES person (id),
        chat INTEGER NOT NULL REFERENCES chat (id),
        arrival INTEGER NOT NULL,
        PRIMARY KEY (person, chat)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE receipt (
        log INTEGER NOT NULL REFERENCES chatLog (id),
        org TEXT NOT NULL,
        seq INTEGER NOT NULL,
        atMs INTEGER NOT NULL,
        PRIMARY KEY (log, org)
      ) STRICT;

      CREATE TABLE forkProof (
        log INTEGER PRIMARY KEY REFERENCES chatLog (id),
        bytes BLOB NOT NULL
      ) STRICT;
    `);
  },
};
