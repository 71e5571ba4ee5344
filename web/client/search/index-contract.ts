/**
 * What every Index must keep, as named checks that throw: they run in node over its SQLite, and inside a real browser over the one
 * that is shipped. `open` gives the same index again, as a new start of the program would.
 */
import type { AccountId, ChatId, EntryId, LogId, OrgId } from '../../../protocol/ids.ts';
import { readQuery } from '../../../protocol/search/query.ts';
import type { Index, Indexed, IndexQuery } from '../ports.ts';

type Check = (open: () => Promise<Index>) => Promise<void>;

function same(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`expected ${b}, got ${a}`);
}

const NOON = Date.UTC(2025, 2, 3, 12);

/** The `n`-th message, a minute after the one before. */
function said(n: number, text: string, more: Partial<Indexed> = {}): Indexed {
  return {
    chat: 'chat-1' as ChatId,
    log: 'log-1' as LogId,
    seq: n,
    org: 'org-1' as OrgId,
    account: 'alice' as AccountId,
    hlc: (NOON + n * 60_000) * 1024,
    entry: `entry-${n}` as EntryId,
    isEdit: false,
    text,
    names: [],
    ...more,
  };
}

function edit(n: number, of: number, text: string, more: Partial<Indexed> = {}): Indexed {
  return said(n, text, { entry: `entry-${of}` as EntryId, isEdit: true, ...more });
}

async function found(index: Index, text: string, more: Partial<IndexQuery> = {}): Promise<string[]> {
  const all = { chat: null, who: null, kind: null, from: null, to: null, before: null, limit: 100 };
  const rows = await index.find({ terms: readQuery(text), ...all, ...more });
  return rows.map((row) => row.text);
}

const TEXTS = [
  'Meeting about the Quarterly budget',
  '明日は東京都へ行く',
  '我们明天去北京开会',
  'ยินดีต้อนรับสู่กรุงเทพมหานคร',
  'Die Donaudampfschifffahrtsgesellschaft grüßt',
  'مرحبا بالعالم، كتابٌ جديد',
  'well done 🎉 everybody',
  'it\'s a "quoted" line\' OR 1=1 --',
];

export const INDEX_CONTRACT: Readonly<Record<string, Check>> = {
  'words are found by their beginnings, in any case and with or without accents': async (open) => {
    const index = await open();
    await index.write({ said: TEXTS.map((text, i) => said(i, text)) });
    same(await found(index, 'quart'), [TEXTS[0]]);
    same(await found(index, 'BUDGET meet'), [TEXTS[0]]);
    same(await found(index, 'b'), [TEXTS[0]]);
    same(await found(index, 'udget'), []);
    same(await found(index, 'donaudampf grusst'), [TEXTS[4]]);
    same(await found(index, 'gru\u0308ßt'), [TEXTS[4]]);
    same(await found(index, 'كتاب'), [TEXTS[5]]);
    same(await found(index, '🎉'), [TEXTS[6]]);
  },

  'scripts without spaces are found by any part': async (open) => {
    const index = await open();
    await index.write({ said: TEXTS.map((text, i) => said(i, text)) });
    same(await found(index, '東京'), [TEXTS[1]]);
    same(await found(index, '京都へ'), [TEXTS[1]]);
    same(await found(index, '都東'), []);
    same(await found(index, '北京'), [TEXTS[2]]);
    same(await found(index, '明'), [TEXTS[2], TEXTS[1]]);
    same(await found(index, 'กรุงเทพ'), [TEXTS[3]]);
  },

  'what stands in quotation marks is found as it stands': async (open) => {
    const index = await open();
    await index.write({ said: [said(1, 'the final offer'), said(2, 'an offer, final'), said(3, 'final offers')] });
    same(await found(index, 'final offer'), ['final offers', 'an offer, final', 'the final offer']);
    same(await found(index, '"final offer"'), ['the final offer']);
  },

  'whatever is asked is answered': async (open) => {
    const index = await open();
    await index.write({ said: TEXTS.map((text, i) => said(i, text)) });
    const hostile = ['"', '""', "'", '*', 'a*b', 'NEAR(a b)', 'said:x', 'tags : c1', '^b', '(', ') OR (', '-b', '\0'];
    const more = [
      '{said tags}: b',
      'a AND',
      'NOT',
      "'; DROP TABLE said; --",
      '\ud800',
      '\u202e b',
      'e\u0301'.repeat(900),
    ];
    for (const text of [...hostile, ...more, 'x '.repeat(5000), '"'.repeat(999)]) await found(index, text);
    same(await found(index, "OR 1=1 '"), [TEXTS[7]]);
    same((await found(index, '')).length, TEXTS.length);
  },

  'the newest come first, some at a time': async (open) => {
    const index = await open();
    const all = Array.from({ length: 30 }, (_, i) => said(i, `again ${i}`));
    await index.write({ said: [...all.slice(15), ...all.slice(0, 15)].toReversed() });
    const query = { terms: readQuery('again'), chat: null, who: null, kind: null, from: null, to: null, limit: 20 };
    const first = await index.find({ ...query, before: null });
    const second = await index.find({ ...query, before: first.at(-1)?.cursor ?? null });
    const seen = [...first, ...second].map(({ seq }) => seq);
    same(seen, all.map(({ seq }) => seq).toReversed());
    same([first.length, first[0]?.entry, first[0]?.hlc], [20, 'entry-29', all[29]?.hlc]);
  },

  'many of one moment are all found': async (open) => {
    const index = await open();
    const hlc = NOON * 1024;
    const all = Array.from({ length: 40 }, (_, n) => said(n, 'same moment', { hlc, log: `log-${n % 3}` as LogId }));
    await index.write({ said: all });
    same((await found(index, 'moment')).length, 40);
  },

  'chat, person, kind and time narrow it': async (open) => {
    const index = await open();
    await index.write({
      said: [
        said(1, 'plan one'),
        said(2, 'plan two', { chat: 'chat-2' as ChatId, log: 'log-2' as LogId }),
        said(3, 'plan three', { account: 'bob' as AccountId }),
        said(4, 'plan four https://example.org/a'),
        said(5, 'plan five', { names: ['Übersicht 2025.pdf', 'photo.png'] }),
      ],
    });
    const who = { org: 'org-1' as OrgId, account: 'bob' as AccountId };
    same(await found(index, 'plan', { chat: 'chat-2' as ChatId }), ['plan two']);
    same(await found(index, 'plan', { who }), ['plan three']);
    same(await found(index, '', { who }), ['plan three']);
    same(await found(index, 'plan', { who: { ...who, account: 'carol' as AccountId } }), []);
    same(await found(index, 'plan', { chat: 'chat-9' as ChatId }), []);
    same(await found(index, '', { kind: 'link' }), ['plan four https://example.org/a']);
    same(await found(index, 'ubersicht', { kind: 'file' }), ['plan five']);
    same(await found(index, 'plan', { kind: 'message' }), [
      'plan four https://example.org/a',
      'plan three',
      'plan two',
      'plan one',
    ]);
    same(await found(index, 'plan', { from: NOON + 180_000, to: NOON + 240_000 }), ['plan three']);
  },

  'an edit takes the place of the text, whichever comes first': async (open) => {
    const index = await open();
    await index.write({ said: [said(1, 'first version'), edit(9, 1, 'third version'), edit(5, 1, 'second version')] });
    await index.write({ said: [edit(8, 2, 'corrected'), said(2, 'mistaken')] });
    same(await found(index, 'version'), ['third version']);
    same([await found(index, 'first'), await found(index, 'second')], [[], []]);
    same([await found(index, 'mistaken'), await found(index, 'corrected')], [[], ['corrected']]);
    await index.write({ gone: [{ log: 'log-1' as LogId, seq: 9 }] });
    same(await found(index, 'version'), ['second version']);
  },

  'nobody edits what somebody else said, here or in another chat': async (open) => {
    const index = await open();
    const strangers: Partial<Indexed>[] = [
      { account: 'bob' as AccountId },
      { chat: 'chat-2' as ChatId },
      { org: 'org-2' as OrgId },
    ];
    await index.write({ said: [said(1, 'mine'), ...strangers.map((more, i) => edit(5 + i, 1, 'forged', more))] });
    same([await found(index, 'mine'), await found(index, 'forged')], [['mine'], []]);
  },

  'what is gone is not found any more, nor what changed it': async (open) => {
    const index = await open();
    await index.write({ said: [said(1, 'secret one'), edit(2, 1, 'secret two'), said(3, 'stays')] });
    await index.write({
      gone: [
        { log: 'log-1' as LogId, seq: 1 },
        { log: 'log-7' as LogId, seq: 1 },
      ],
    });
    same([await found(index, 'secret'), await found(index, 'stays')], [[], ['stays']]);
    await index.write({ said: [said(4, 'other chat', { chat: 'chat-2' as ChatId })] });
    await index.write({ goneChats: ['chat-1' as ChatId, 'chat-8' as ChatId] });
    same([await found(index, 'stays'), await found(index, 'other')], [[], ['other chat']]);
    await index.write({ said: [said(1, 'secret again')] });
    same(await found(index, 'secret'), ['secret again']);
  },

  'taking the same again changes nothing, and it knows what it lacks': async (open) => {
    const index = await open();
    const refs = [1, 2, 3].map((seq) => ({ log: 'log-1' as LogId, seq }));
    same(await index.lacking(refs), refs);
    for (let i = 0; i < 2; i++) await index.write({ said: [said(1, 'once'), edit(3, 1, 'once more')] });
    same([await found(index, 'once'), await index.lacking(refs)], [['once more'], [refs[1]]]);
  },

  'a write is whole or not at all': async (open) => {
    const index = await open();
    await index.write({ said: [said(1, 'kept')], notes: [{ key: 'walk/1', value: { at: 1 } }] });
    const broken = { ...said(2, 'lost'), text: undefined as unknown as string };
    const outcome = await index
      .write({ said: [said(3, 'lost too'), broken], notes: [{ key: 'walk/1', value: 2 }] })
      .then(
        () => 'done',
        () => 'failed',
      );
    same(outcome, 'failed');
    same([await found(index, 'lost'), await found(index, 'kept')], [[], ['kept']]);
    same(await index.notes('walk/'), [{ key: 'walk/1', value: { at: 1 } }]);
    await index.write({ said: [said(3, 'after that')] });
    same(await found(index, 'after'), ['after that']);
  },

  'what was written is there after a new start': async (open) => {
    const index = await open();
    await index.write({
      said: [said(1, 'lasting')],
      notes: [
        { key: 'a/1', value: null },
        { key: 'b', value: 'x' },
      ],
    });
    await index.close();
    const again = await open();
    same([await found(again, 'lasting'), await again.notes('a/')], [['lasting'], [{ key: 'a/1', value: null }]]);
  },
};
