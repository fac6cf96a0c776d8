import { expect, test } from "@jest/globals";
import { unsigned } from "../../release/unsign.ts";

const command = (kind: number, length: number, name = ""): Buffer => {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(kind, 0);
  bytes.writeUInt32LE(length, 4);
  bytes.write(name, 8, "latin1");
  return bytes;
};

/** A Mach-O file of a header, a segment for the linker with 8 bytes and, of these, a signature of 4. */
const signed = (): Buffer => {
  const header = Buffer.alloc(32);
  header.writeUInt32LE(0xfeedfacf, 0);
  header.writeUInt32LE(2, 16);
  header.writeUInt32LE(72 + 16, 20);
  const linkedit = command(0x19, 72, "__LINKEDIT");
  linkedit.writeBigUInt64LE(8n, 48);
  const signature = command(0x1d, 16);
  signature.writeUInt32LE(124, 8);
  signature.writeUInt32LE(4, 12);
  return Buffer.concat([header, linkedit, signature, Buffer.from("linksign")]);
};

test("a signature goes with its load command and its bytes", () => {
  const file = signed();
  const rest = unsigned(file);
  expect(rest.length).toBe(124);
  expect(rest.subarray(120).toString()).toBe("link");
  expect([rest.readUInt32LE(16), rest.readUInt32LE(20)]).toEqual([1, 72]);
  expect(rest.readBigUInt64LE(32 + 48)).toBe(4n);
  expect(rest.subarray(104, 120)).toEqual(Buffer.alloc(16));
  expect(file).toEqual(signed());
});

test.each([
  ["another kind of file", Buffer.from("#!/bin/sh\nexit\n".repeat(9)), "no 64-bit Mach-O file"],
  ["one without a signature", unsigned(signed()), "does not end in a signature"],
  ["one with bytes behind it", Buffer.concat([signed(), Buffer.from("x")]), "does not end in a"],
])("%s is an error", (_, file, message) => {
  expect(() => unsigned(file)).toThrow(message);
});
