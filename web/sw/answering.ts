/** Who answers a request of a page, without the node being asked: the first that knows it. */
import { answerFromFile } from './files.ts';
import { answerFromShell } from './shell.ts';

/** Null: not for this one. */
type Answering = (request: Request, url: URL) => Promise<Response> | null;

const answerings: readonly Answering[] = [answerFromShell, answerFromFile];

/** Null: the request goes to the node as if there were no service worker. */
export function answerOf(request: Request): Promise<Response> | null {
  const url = new URL(request.url);
  for (const answering of answerings) {
    const answer = answering(request, url);
    if (answer) return answer;
  }
  return null;
}
