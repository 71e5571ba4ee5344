/** What is found out about video and sound by playing a moment of it, silently and unseen. */
import type { Looks } from './looks.ts';
import { drawnSmall } from './thumbnails.ts';

const LOOK_MS = 8_000;
/** A picture from a little after the beginning, which is often black. */
const POSTER_AT_S = 1;
/** Sound is decoded whole for its shape. */
const SHAPED_BYTES = 24 * 1024 * 1024;
const SHAPE_PARTS = 64;

export async function lookAtVideo(file: Blob): Promise<Looks> {
  const video = document.createElement('video');
  video.muted = true;
  video.preload = 'auto';
  return withAddress(file, async (address) => {
    await heard(video, 'loadeddata', () => {
      video.src = address;
    });
    const { videoWidth: width, videoHeight: height, duration } = video;
    const durationMs = Number.isFinite(duration) ? { durationMs: duration * 1000 } : {};
    if (width === 0) return durationMs;
    await heard(video, 'seeked', () => {
      video.currentTime = Math.min(POSTER_AT_S, (Number.isFinite(duration) ? duration : 0) / 4);
    });
    return { width, height, ...durationMs, ...(await drawnSmall(video, width, height)) };
  });
}

export async function lookAtAudio(file: Blob): Promise<Looks> {
  const audio = document.createElement('audio');
  const durationMs = await withAddress(file, async (address) => {
    await heard(audio, 'loadedmetadata', () => {
      audio.src = address;
    });
    return audio.duration * 1000;
  });
  const shape = file.size <= SHAPED_BYTES ? await shapeOf(file).catch(() => null) : null;
  return { ...(Number.isFinite(durationMs) ? { durationMs } : {}), ...(shape === null ? {} : { preview: shape }) };
}

/** How loud it is along its length: a byte for each part, as base64. */
async function shapeOf(file: Blob): Promise<string> {
  const context = new OfflineAudioContext(1, 1, 8_000);
  const samples = (await context.decodeAudioData(await file.arrayBuffer())).getChannelData(0);
  const length = Math.max(1, Math.floor(samples.length / SHAPE_PARTS));
  const peaks = Array.from({ length: SHAPE_PARTS }, (_, part) => {
    let peak = 0;
    for (let at = part * length; at < (part + 1) * length && at < samples.length; at += 4) {
      peak = Math.max(peak, Math.abs(samples[at] as number));
    }
    return peak;
  });
  const loudest = Math.max(0.01, ...peaks);
  return btoa(String.fromCharCode(...peaks.map((peak) => Math.round((peak / loudest) * 255))));
}

async function withAddress<T>(file: Blob, work: (address: string) => Promise<T>): Promise<T> {
  const address = URL.createObjectURL(file);
  try {
    return await work(address);
  } finally {
    URL.revokeObjectURL(address);
  }
}

function heard(media: HTMLMediaElement, what: string, begin: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('it does not play')), LOOK_MS);
    const settle = (then: () => void) => () => {
      clearTimeout(timer);
      then();
    };
    media.addEventListener(what, settle(resolve), { once: true });
    media.addEventListener(
      'error',
      settle(() => reject(new Error('it does not play'))),
      { once: true },
    );
    begin();
  });
}
