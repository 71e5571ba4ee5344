import type { Migration } from '../migrate.ts';

export const erasures: Migration = {
  id: 9,
  name: 'erasures',
  up(raw) {
    raw.exec(`
      -- where the erasure itself stands, so that its receipts can be told
      ALTER TABLE erasure ADD COLUMN byLog INTEGER REFERENCES chatLog (id);
      ALTER TABLE erasure ADD COLUMN bySeq INTEGER;
    `);
  },
};
