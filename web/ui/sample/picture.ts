/** A picture for an invented chat: hills under a sun, drawn here. */
export async function drawnPicture(): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = new OffscreenCanvas(256, 256);
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('bug: no canvas');
  const disc = (x: number, y: number, radius: number, colour: string) => {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.arc(x, y, radius, 0, 7);
    pen.fill();
  };
  pen.fillStyle = '#f6d9a8';
  pen.fillRect(0, 0, 256, 256);
  disc(180, 80, 40, '#e8743b');
  disc(60, 300, 150, '#2f6f73');
  disc(220, 330, 160, '#1d4e56');
  const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.8 });
  return new Uint8Array(await blob.arrayBuffer());
}
