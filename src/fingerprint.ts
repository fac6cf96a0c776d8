const hash = (text: string, multiplier: number): string => {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), multiplier);
  }
  return (state >>> 0).toString(16).padStart(8, "0");
};

/**
 * 16 hex digits that tell whether a text has changed: FNV-1a with its own prime and another odd number. No cryptography, because
 * there may be thousands of entries in a config, and what it is made from lies beside it.
 */
// https://www.ietf.org/archive/id/draft-eastlake-fnv-25.html
export const fingerprint = (text: string): string =>
  hash(text, 0x01000193) + hash(text, 0x85ebca6b);
