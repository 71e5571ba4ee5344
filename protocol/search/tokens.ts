/** What an FTS5 table needs to be told, so that it takes folded words as they are. */
export const TOKENIZE = `tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'"`;
