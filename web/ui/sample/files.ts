/** Invented files: pictures are drawn when they are looked at. */
import type { ChatId } from '../../../protocol/ids.ts';
import type { Reading } from '../../client/files/reading.ts';
import type { FileView, SealedBlob } from '../../client/files/views.ts';
import type { ItemView, MessageView } from '../../client/model.ts';
import type { FileSource } from '../files/source.ts';
import { lena, me, mei, minute, now } from './people.ts';
import { message } from './talk.ts';

function file(name: string, type: string, size: number, more: Partial<FileView> = {}): FileView {
  const sealed: SealedBlob = { blob: name.padEnd(43, '_').slice(0, 43), key: 'k'.repeat(43), size };
  const isImage = type.startsWith('image');
  const sides = isImage ? { width: 1_600, height: 1_067 } : { width: null, height: null };
  return {
    ...{ id: name, name, type, size, sealed, durationMs: null, preview: null, missing: false, upload: null, ...sides },
    thumb: isImage ? { ...sealed, width: 640, height: 427 } : null,
    ...more,
  };
}

/** The talk of "Spring offsite": one of each kind. */
export function filesTalk(): ItemView[] {
  const going: Partial<MessageView> = { state: { is: 'queued' } };
  const upload = { is: 'uploading', sent: 412_000_000, total: 1_240_000_000 } as const;
  return [
    message(mei, now - 50 * minute, 'The two rooms that are still free', {
      files: [file('north room.jpg', 'image/jpeg', 2_410_000), file('south room.jpg', 'image/jpeg', 1_980_000)],
    }),
    message(lena, now - 40 * minute, '', { files: [file('view.jpg', 'image/jpeg', 3_120_000)] }),
    message(lena, now - 30 * minute, 'Programme and costs', {
      files: [
        file(
          'Programme, third draft, with the changes of Thursday and the names of everybody.pdf',
          'application/pdf',
          482_000,
        ),
        file('costs.csv', 'text/csv', 18_200),
        file('walk-through.mp4', 'video/mp4', 48_200_000, { durationMs: 65_000 }),
      ],
    }),
    message(me, now - 20 * minute, 'The film of last year', {
      ...going,
      files: [file('last year, whole.mp4', 'video/mp4', 1_240_000_000, { sealed: null, thumb: null, upload })],
    }),
  ];
}

export const sampleFiles: FileSource = {
  read: async (_chat: ChatId, sealed: SealedBlob) => reading(await drawn(sealed.blob)),
  address: async () => null,
};

function reading(bytes: Uint8Array<ArrayBuffer>): Reading {
  return {
    size: bytes.length,
    stream: () => new Blob([bytes]).stream() as ReturnType<Reading['stream']>,
    bytes: async (from = 0, to = bytes.length) => bytes.slice(from, to),
  };
}

async function drawn(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = new OffscreenCanvas(960, 640);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  const hue = [...name].reduce((sum, letter) => (sum * 7 + letter.charCodeAt(0)) % 360, 0);
  const sky = context.createLinearGradient(0, 0, 0, 640);
  sky.addColorStop(0, `hsl(${hue} 60% 78%)`);
  sky.addColorStop(1, `hsl(${(hue + 40) % 360} 45% 38%)`);
  context.fillStyle = sky;
  context.fillRect(0, 0, 960, 640);
  context.fillStyle = `hsl(${(hue + 60) % 360} 40% 30%)`;
  context.beginPath();
  context.moveTo(0, 640);
  context.lineTo(300, 260);
  context.lineTo(520, 470);
  context.lineTo(700, 330);
  context.lineTo(960, 640);
  context.fill();
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 });
  return new Uint8Array(await blob.arrayBuffer());
}
