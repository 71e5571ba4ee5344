import { describe, expect, test } from 'vitest';
import type { ChatId } from '../../../protocol/ids.ts';
import type { Reading } from './reading.ts';
import { partOf, serveFile } from './serving.ts';

const sealed = { blob: 'b', key: 'k', size: 10 };
const bytes = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
const reading: Reading = {
  size: 10,
  stream: (from = 0, to = 10) => new Blob([bytes.slice(from, to)]).stream() as ReturnType<Reading['stream']>,
  bytes: async () => bytes,
};
const file = { chat: 'c' as ChatId, name: 'film.mp4', type: 'video/mp4', sealed, forSaving: false };

describe('a range', () => {
  test.each([
    ['bytes=0-', [0, 10]],
    ['bytes=2-4', [2, 5]],
    ['bytes=8-99', [8, 10]],
    ['bytes=-3', [7, 10]],
    ['bytes=-99', [0, 10]],
    ['bytes=10-', 'beyond'],
    ['bytes=-0', 'beyond'],
    ['bytes=4-2', null],
    ['bytes=0-1,3-4', null],
    ['bytes=-', null],
    ['items=0-1', null],
  ])('%s of ten bytes is %j', (range, part) => {
    expect(partOf(range, 10)).toEqual(part);
  });

  test('is served as that part, with how long the whole is', async () => {
    const response = serveFile(reading, file, 'bytes=2-4');
    expect([response.status, response.headers.get('content-range')]).toEqual([206, 'bytes 2-4/10']);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes.slice(2, 5));
  });

  test('beyond the end is said to be so', () => {
    expect(serveFile(reading, file, 'bytes=10-').status).toBe(416);
  });
});

describe('a file that is served', () => {
  test.each([
    'text/html',
    'image/svg+xml',
    'application/xhtml+xml',
    'text/xml',
    'application/pdf',
    'x"\r\nset-cookie: a=b',
  ])('of type %j is bytes, in a sandbox, to be saved', (type) => {
    const { headers } = serveFile(reading, { ...file, type }, null);
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain('sandbox');
    expect(headers.get('content-disposition')).toMatch(/^attachment/);
  });

  test('is saved under a harmless name', () => {
    const { headers } = serveFile(reading, { ...file, name: '../a\u202E"b\r\n\'.mp4', forSaving: true }, null);
    expect(headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''a_b%27.mp4");
  });

  test('to the disk is whole, whatever part is asked for', async () => {
    const response = serveFile(reading, { ...file, forSaving: true }, 'bytes=2-4');
    expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 10]);
  });
});
