/** The part of a secret's base64 that does not depend on what it stands beside, at each of the three offsets. */
const inBase64 = (secret: string): readonly string[] =>
  [0, 1, 2].map((offset) => {
    const text = Buffer.from(" ".repeat(offset) + secret).toString("base64");
    return text.slice(offset === 0 ? 0 : 4, -6);
  });

/** Those of `secrets` that `text` shows, as they are or encoded; each of 12 characters or more. */
export const leaksIn = (text: string, secrets: readonly string[]): readonly string[] =>
  secrets.filter((secret) =>
    [secret, encodeURIComponent(secret), JSON.stringify(secret), ...inBase64(secret)].some((form) =>
      text.includes(form),
    ),
  );
