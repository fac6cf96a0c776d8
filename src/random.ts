/** A random UUID, from Node's own source, which is loaded only where one is needed: it takes long. */
export const randomUuid = (): string => process.getBuiltinModule("node:crypto").randomUUID();

/** So many hex digits, 12 at most, to tell names apart in a place that is nobody else's: no secret. */
export const randomHex = (digits: number): string =>
  Math.floor(Math.random() * 16 ** digits)
    .toString(16)
    .padStart(digits, "0");
