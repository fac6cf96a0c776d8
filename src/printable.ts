/** Whether a text is of ASCII's printable characters alone. For most are: V8 takes a millisecond to make a set of Unicode's. */
export const isPlain = (text: string): boolean => /^[ -~]*$/.test(text);

const escaped = (value: string): string =>
  value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
  });

/**
 * A value from outside, made safe for a log: control, format and separator characters are escaped
 * (ANSI sequences, line breaks, right-to-left marks), and so is every second `#` in a row, with which
 * runners find commands inside of a line (`##vso[`, `##[`, `##teamcity[`; TRAP 38).
 * Lines that berth prints never start with such a value, so `::command::` cannot be at a line's start.
 */
export const printable = (value: string): string =>
  (isPlain(value) ? value : escaped(value)).replace(/(?<=#)#/g, "\\x23");

/** A word of the command line, quoted, behind a blank. What is no name of anything may be a token, in a wrong place: it is not shown. */
export const shown = (word: string): string =>
  /^[a-z][a-z0-9-]{0,19}$/.test(word) ? ` "${word}"` : "";
