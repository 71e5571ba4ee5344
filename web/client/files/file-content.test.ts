import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blobsOf, type FileContent, fileViewOf, readFiles } from './file-content.ts';
import { FILE_LIMITS } from './limits.ts';

const id = (letter: string) => letter.repeat(43);
const file: FileContent = {
  name: 'plan.png',
  type: 'image/png',
  size: 1_000,
  blob: id('b'),
  key: id('k'),
  width: 40,
  height: 30,
  duration: 1_500,
  preview: 'AAAA',
  thumb: { blob: id('t'), key: id('u'), size: 300, width: 20, height: 15 },
};

describe('the files that a message names', () => {
  test('are read as they were written', () => {
    expect(readFiles([file])).toEqual([file]);
    expect(readFiles([{ ...file, unknown: 1 }])).toEqual([file]);
  });

  test('are at most ten', () => {
    expect(readFiles(Array(FILE_LIMITS.perMessage).fill(file))).toHaveLength(10);
    expect(readFiles(Array(FILE_LIMITS.perMessage + 1).fill(file))).toHaveLength(10);
  });

  test.each([
    ['no name', { name: undefined }],
    ['a blob that is none', { blob: '../../secret' }],
    ['a key too short', { key: 'short' }],
    ['a size below nothing', { size: -1 }],
    ['half a byte', { size: 1.5 }],
    ['more bytes than there are', { size: FILE_LIMITS.bytes + 1 }],
    ['a size in words', { size: '1000' }],
  ])('with %s are left out, and those beside them stay', (_, wrong) => {
    expect(readFiles([{ ...file, ...wrong }, file])).toEqual([file]);
  });

  test.each([
    ['type', 'text/html"><script>'],
    ['type', 'x'.repeat(FILE_LIMITS.typeLength + 1)],
  ])('with a %s out of form are bytes', (key, value) => {
    expect(readFiles([{ ...file, [key]: value }])[0]?.type).toBe('');
  });

  test.each([
    ['width', 0],
    ['height', FILE_LIMITS.side + 1],
    ['duration', FILE_LIMITS.durationMs + 1],
    ['preview', 'javascript:alert(1)'],
    ['preview', 'A'.repeat(FILE_LIMITS.previewLength + 1)],
    ['thumb', { ...file.thumb, size: FILE_LIMITS.thumbBytes + 1 }],
    ['thumb', { ...file.thumb, width: FILE_LIMITS.thumbSide + 1 }],
    ['thumb', 'none'],
  ])('lose a %s that is out of form', (key, value) => {
    expect(readFiles([{ ...file, [key]: value }])[0]).not.toHaveProperty(key);
  });

  test('are shown under a harmless name', () => {
    expect(readFiles([{ ...file, name: '../../\u202Efdp.exe' }])[0]?.name).toBe('fdp.exe');
  });

  test('never make anything throw', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        readFiles(value);
        readFiles([value]);
      }),
    );
  });

  test('are missing where the message does not name them to the nodes', () => {
    expect(fileViewOf(file, 0, [id('b')])).toMatchObject({ missing: false, thumb: null });
    expect(fileViewOf(file, 0, [id('t')])).toMatchObject({ missing: true });
    expect(fileViewOf(file, 0, blobsOf([file]))).toMatchObject({ missing: false, thumb: file.thumb });
  });
});
