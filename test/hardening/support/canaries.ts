const middle = (text: string, offset: number): string => text.slice(offset === 0 ? 0 : 4, -6);

/** base64 of a secret at each of the three offsets: the part that does not depend on what it stands beside. */
const inBase64 = (secret: string, encoding: "base64" | "base64url"): readonly string[] =>
  [0, 1, 2].map((offset) =>
    middle(Buffer.from(`${" ".repeat(offset)}${secret}  `).toString(encoding), offset),
  );

const hex = (secret: string): string => Buffer.from(secret).toString("hex");

/** Every form that a secret is looked for in. */
export const formsOf = (secret: string): readonly string[] => [
  ...[secret, [...secret].reverse().join(""), JSON.stringify(secret).slice(1, -1)],
  ...[
    encodeURIComponent(secret),
    encodeURIComponent(secret).replace(/%../g, (it) => it.toLowerCase()),
  ],
  ...[hex(secret), hex(secret).toUpperCase(), hex(secret).replace(/..(?=.)/g, "$& ")],
  ...[...inBase64(secret, "base64"), ...inBase64(secret, "base64url")],
];

/** A secret of its own for each place that one can come from, so that a leak names it. */
export const canary = (name: string): string => `glpat-Canary+${name}/9f8e7d`;

/** What finds those of `secrets`, by their names, that a text or a file shows in any form. */
export const finderOf = (
  secrets: Readonly<Record<string, string>>,
): ((text: string | Buffer) => readonly string[]) => {
  const all = Object.entries(secrets).map(([name, secret]) => [name, formsOf(secret)] as const);
  return (text) =>
    all.flatMap(([name, forms]) => (forms.some((form) => text.includes(form)) ? [name] : []));
};
