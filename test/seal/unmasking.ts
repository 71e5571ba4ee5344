/**
 * What a client says in a WebSocket, which hides every byte behind a mask (RFC 6455, 5.3). Takes the bytes of one TCP
 * connection from the client; gives what is within frames once the connection has become a WebSocket, before that nothing.
 */

/** `heard` gets the content of each whole frame. */
export function createUnmasking(heard: (content: Buffer) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  let isSocket: boolean | null = null;
  return (bytes) => {
    if (isSocket === false) return;
    rest = Buffer.concat([rest, bytes]);
    if (isSocket === null) {
      const end = rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      isSocket = /^upgrade: *websocket\r?$/im.test(rest.toString('latin1', 0, end));
      rest = rest.subarray(end + 4);
    }
    for (let frame = firstFrame(rest); isSocket && frame; frame = firstFrame(rest)) {
      heard(frame.content);
      rest = rest.subarray(frame.bytes);
    }
  };
}

function firstFrame(bytes: Buffer): { content: Buffer; bytes: number } | null {
  if (bytes.length < 2) return null;
  const short = (bytes[1] as number) & 0x7f;
  const head = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < head) return null;
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const masked = ((bytes[1] as number) & 0x80) !== 0;
  const start = head + (masked ? 4 : 0);
  if (bytes.length < start + length) return null;
  const mask = masked ? bytes.subarray(head, start) : Buffer.alloc(4);
  const content = bytes.subarray(start, start + length).map((byte, index) => byte ^ (mask[index % 4] as number));
  return { content: Buffer.from(content), bytes: start + length };
}
