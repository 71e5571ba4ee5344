/**
 * One sealed file to the own node, by the tus protocol: it goes on where an earlier try broke off. Always holds: done means that
 * the node has every byte and names them by the hash that they have here.
 */
import { DetailedError, Upload } from 'tus-js-client';
import type { RefusalReply } from '../../../protocol/api/shapes.ts';
import { utf8 } from '../../../protocol/bytes.ts';
import type { ChatId } from '../../../protocol/ids.ts';
import { isRefusalCode } from '../../../protocol/refusals.ts';
import { Fault, Refused } from '../../../protocol/result.ts';
import { readPart } from './bytes.ts';
import type { FilePorts } from './ports.ts';

export interface UploadJob {
  readonly chat: ChatId;
  /** Sealed. */
  readonly file: Blob;
  /** SHA-256 of it. */
  readonly blob: string;
  /** Where an earlier try was put; null: there was none. */
  readonly url: string | null;
  /** The node has given it this address: to be kept before bytes go there. */
  readonly begun: (url: string) => void;
  readonly sent: (bytes: number) => void;
}

export interface RunningUpload {
  /** Throws `Refused` as the node refuses, `Fault` where it cannot be reached or the upload was stopped. */
  readonly done: Promise<void>;
  stop(): void;
}

const BLOB_HEADER = 'Conclave-Blob';

export function startUpload(job: UploadJob, ports: FilePorts): RunningUpload {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const upload = new Upload(job.file, {
    endpoint: `${ports.baseUrl}/api/v1/files`,
    ...(job.url === null ? {} : { uploadUrl: job.url }),
    metadata: { chat: job.chat },
    headers: ports.headers(),
    chunkSize: ports.pieceBytes ?? Number.POSITIVE_INFINITY,
    // Tries again are ours: they know of the connection, and of a person who pauses.
    retryDelays: null,
    storeFingerprintForResuming: false,
    ...(ports.pieceBytes === null ? {} : { fileReader: { openFile: async (file: Blob) => inPieces(file) } }),
    onUploadUrlAvailable: () => {
      if (upload.url !== null && upload.url !== job.url) job.begun(upload.url);
    },
    onProgress: (sent) => job.sent(sent),
    onSuccess: ({ lastResponse }) => {
      const named = lastResponse.getHeader(BLOB_HEADER);
      if (named === job.blob) resolve();
      else reject(new Refused('cannot_open', `the node has ${named ?? 'nothing'} in place of ${job.blob}`));
    },
    onError: (error) => reject(whatWentWrong(error)),
  });
  upload.start();
  return {
    done: promise,
    stop() {
      void upload.abort().catch(() => undefined);
      reject(new Fault('the upload was stopped'));
    },
  };
}

/** What was begun is not wanted any more. The node forgets it by itself where it is not told. */
export async function endUpload(url: string, ports: FilePorts): Promise<void> {
  await Upload.terminate(url, { headers: ports.headers() }).catch(() => undefined);
}

function inPieces(file: Blob) {
  return {
    size: file.size,
    slice: async (from: number, to: number) => ({ value: await readPart(file, from, to), done: false }),
    close: () => undefined,
  };
}

function whatWentWrong(error: Error): Refused | Fault {
  if (error instanceof DetailedError && error.originalResponse) {
    const status = error.originalResponse.getStatus();
    const said = parsed(error.originalResponse.getBody());
    if (said.code !== undefined && isRefusalCode(said.code)) return new Refused(said.code, said.detail);
    return new Fault(`the node answered ${status}`);
  }
  return new Fault('the node cannot be reached', { cause: error });
}

function parsed(text: string): Partial<RefusalReply> {
  try {
    return utf8(text).length > 10_000 ? {} : ((JSON.parse(text) ?? {}) as Partial<RefusalReply>);
  } catch {
    return {};
  }
}
