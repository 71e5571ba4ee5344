/** Tokens as clients see them: the secret once, when it is made. */
import type { Token } from '../../../protocol/api/shapes.ts';
import type { NewToken, TokenInfo } from '../../accounts/tokens.ts';

export function tokenView({ tokenId, label, scopes, createdAtMs, lastUsedAtMs }: TokenInfo): Token {
  return { id: tokenId, label, scopes: [...scopes], createdAt: createdAtMs, lastUsedAt: lastUsedAtMs };
}

export function newTokenView({ info, token }: NewToken): { token: Token; secret: string } {
  return { token: tokenView(info), secret: token };
}
