import { TOKENIZE } from '../../../protocol/search/tokens.ts';
import type { Migration } from '../migrate.ts';

export const openSearch: Migration = {
  id: 7,
  name: 'open-search',
  up(raw) {
    raw.exec(`
      -- words of the messages of general and public chats, by arrival; the text itself stands in entry alone
      CREATE VIRTUAL TABLE openWord USING fts5(said, tags, content = '', columnsize = 0, prefix = '2 3', ${TOKENIZE});
      INSERT INTO openWord (openWord, rank) VALUES ('secure-delete', 1);

      -- which message an edit changes, both by arrival
      CREATE TABLE openEdit (
        edit INTEGER PRIMARY KEY,
        target INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX openEditByTarget ON openEdit (target);

      -- up to which arrival the words are there
      CREATE TABLE openMark (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        arrival INTEGER NOT NULL
      ) STRICT;
      INSERT INTO openMark (id, arrival) VALUES (1, 0);
    `);
  },
};
