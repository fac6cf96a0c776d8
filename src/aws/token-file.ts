import { resolve } from "node:path";
import { printable } from "../printable.ts";
import { Lacking } from "../registries/kind.ts";
import { Secret } from "../secret.ts";
import { readSmallFile } from "../small-file.ts";
import { withoutLineBreak } from "../variables.ts";

/** The token in a file that a variable names. Throws `Lacking`. */
export const readToken = async (variable: string, path: string, cwd: string): Promise<Secret> => {
  const text = await readSmallFile(resolve(cwd, path)).catch(() => undefined);
  const token = withoutLineBreak(text ?? "");
  if (token !== "") return new Secret(token);
  throw new Lacking(
    `${variable} names ${printable(path)}, which holds nothing to read`,
    "is it mounted into this container, and may the job read it?",
  );
};
