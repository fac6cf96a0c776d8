/** The words that a flag may have as its value, in any case. */
export const TRUE: readonly string[] = ["1", "true", "yes", "on"];
export const FALSE: readonly string[] = ["0", "false", "no", "off"];

/** What a word says; nothing for any other. */
export const readFlag = (word: string): boolean | undefined => {
  const value = word.toLowerCase();
  if (TRUE.includes(value)) return true;
  return FALSE.includes(value) ? false : undefined;
};
