import { resolve } from "node:path";
import { printable } from "../printable.ts";
import { Secret } from "../secret.ts";
import { readSmallFile, Unreadable } from "../small-file.ts";
import { type JobVariables, withoutLineBreak } from "../variables.ts";
import { type Credential, Lacking, type RegistryKind } from "./kind.ts";
import { PASS_IT, shownName, userOf } from "./user.ts";

type Password = Pick<Credential, "secret" | "secretFrom">;

const fromVariable = (name: string, { secrets }: JobVariables): Password => {
  const secret = secrets[name];
  if (secret === undefined)
    throw new Lacking(`${shownName(name, "password-env")} is not set`, PASS_IT);
  return { secret, secretFrom: name };
};

const fromFile = async (file: string, cwd: string): Promise<Password> => {
  const path = resolve(cwd, file);
  const shown = printable(path);
  const text = await readSmallFile(path).catch((error: unknown) => {
    throw error instanceof Unreadable ? new Lacking(`${shown} ${error.message}`, PASS_IT) : error;
  });
  // What is no file may be the password itself.
  if (text === undefined)
    throw new Lacking("the file that password-file= names is not there", PASS_IT);
  const secret = withoutLineBreak(text);
  if (secret === "") throw new Lacking(`${shown} is empty`, PASS_IT);
  return { secret: new Secret(secret), secretFrom: path };
};

/** Any registry, by a user name and a password that the job has. */
export const password = {
  name: "password",
  title: "a user name and a password",
  example: "registry.example.com,username-env=REGISTRY_USER,password-env=REGISTRY_PASSWORD",
  lasts: "",
  needs: [
    ["username-env", "username"],
    ["password-env", "password-file"],
  ],
  mayHave: [],
  recognises: (_, fields) =>
    fields["password-env"] !== undefined || fields["password-file"] !== undefined,
  obtain: async (spec, { variables, cwd }) => {
    const user = userOf(spec, variables);
    const { "password-env": variable, "password-file": file = "" } = spec.fields;
    const found =
      variable === undefined ? await fromFile(file, cwd) : fromVariable(variable, variables);
    return { ...user, ...found };
  },
} as const satisfies RegistryKind;
