/** How a registry wants to be logged in to. */
export interface Challenge {
  /** In lower case, such as `basic` or `bearer`. */
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PARAMETER = new RegExp(`^[\\s,]*(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))`);
// Behind it may stand one token instead of parameters, as Negotiate has it.
const SCHEME = new RegExp(
  `^[\\s,]*(${TOKEN})(?=[\\s,]|$)(?!\\s*=)(?:\\s+[\\w.~+/-]+=*(?=\\s*(?:,|$)))?`,
);

/**
 * Reads `WWW-Authenticate`, which may hold several challenges, whose quoted values may hold commas. Never throws.
 * https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export const parseChallenges = (header: string): readonly Challenge[] => {
  const found: { scheme: string; parameters: Record<string, string> }[] = [];
  let rest = header;
  while (rest.trim() !== "") {
    const parameter = PARAMETER.exec(rest);
    const last = found.at(-1);
    if (parameter && last) {
      const [whole, name = "", quoted, plain = ""] = parameter;
      last.parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/gs, "$1") ?? plain;
      rest = rest.slice(whole.length);
      continue;
    }
    const [whole, scheme] = SCHEME.exec(rest) ?? [];
    if (whole === undefined || scheme === undefined) return found;
    found.push({ scheme: scheme.toLowerCase(), parameters: Object.create(null) });
    rest = rest.slice(whole.length);
  }
  return found;
};
