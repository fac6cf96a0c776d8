const MAGIC = 0xfeedfacf;
const HEADER = 32;
const SEGMENT = 0x19;
const SIGNATURE = 0x1d;

/**
 * A 64-bit Mach-O file without its signature, which is the last of its load commands and of its bytes. An x64 executable has that
 * of Oven's for bun itself: it does not fit any more, and macOS may kill what has a wrong one, but takes none from x64 code.
 */
// https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h
export const unsigned = (file: Buffer): Buffer => {
  if (file.readUInt32LE(0) !== MAGIC) throw new Error("this is no 64-bit Mach-O file");
  const count = file.readUInt32LE(16);
  const size = file.readUInt32LE(20);
  const commands: number[] = [HEADER];
  for (let index = 1; index < count; index += 1) {
    const at = commands.at(-1) ?? 0;
    commands.push(at + file.readUInt32LE(at + 4));
  }
  const last = commands.at(-1) ?? 0;
  const linkedit = commands.find(
    (at) =>
      file.readUInt32LE(at) === SEGMENT &&
      file.toString("latin1", at + 8, at + 18) === "__LINKEDIT",
  );
  const [start, length] = [file.readUInt32LE(last + 8), file.readUInt32LE(last + 12)];
  const isLast = file.readUInt32LE(last) === SIGNATURE && start + length === file.length;
  if (!isLast || linkedit === undefined) throw new Error("this file does not end in a signature");
  const rest = Buffer.from(file.subarray(0, start));
  rest.writeUInt32LE(count - 1, 16);
  rest.writeUInt32LE(size - 16, 20);
  rest.fill(0, last, last + 16);
  rest.writeBigUInt64LE(rest.readBigUInt64LE(linkedit + 48) - BigInt(length), linkedit + 48);
  return rest;
};
