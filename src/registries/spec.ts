import { parseRegistry } from "../docker-config/keys.ts";
import { BerthError } from "../errors.ts";
import { isVariableName } from "../variables.ts";
import { audienceOf, BUILDKITE_USER } from "./buildkite-packages.ts";

/** A registry that the user asks to log in to, and where its credential is: never the secret itself. */
export interface RegistrySpec {
  readonly registry: string;
  /** `registry` as clients name it: `host[:port]`. */
  readonly host: string;
  /** The option or variable that it is from. */
  readonly from: string;
  readonly user: { readonly text: string } | { readonly env: string };
  /** `audience`: of a token that Buildkite's agent gives. */
  readonly password:
    | { readonly env: string }
    | { readonly file: string }
    | { readonly audience: string };
}

const FORM = "HOST,username-env=NAME,password-env=NAME";

const refusal = (source: string, problem: string, hint = `write it as ${FORM}`): BerthError =>
  new BerthError("BERTH_USAGE", `${source}: ${problem}`, hint);

const FIELDS = ["username", "username-env", "password-env", "password-file"] as const;
type Field = (typeof FIELDS)[number];

const isField = (name: string): name is Field => FIELDS.some((field) => field === name);

const readField = (text: string, source: string): readonly [Field, string] => {
  const [, name = "", value = ""] = /^([a-z-]{1,20})=(.*)$/s.exec(text) ?? [];
  if (["password", "token", "secret"].includes(name)) {
    throw refusal(
      source,
      `${name}= is not for the secret itself: everybody on the machine can read a command line`,
      "name what holds it: password-env=NAME or password-file=PATH",
    );
  }
  // What is no name of a field may be a secret.
  if (!isField(name)) {
    throw refusal(source, `knows only the fields ${FIELDS.join(", ")}`);
  }
  if (value === "") throw refusal(source, `${name}= has no value`);
  if (name.endsWith("-env") && !isVariableName(value)) {
    throw refusal(source, `${name}= does not have the name of a variable`);
  }
  return [name, value];
};

const only = <T>(source: string, what: string, found: readonly T[]): T => {
  const [one] = found;
  if (one === undefined || found.length > 1) {
    throw refusal(source, `needs ${what}, once`);
  }
  return one;
};

const parseSpec = (text: string, option: string): RegistrySpec => {
  const [registry = "", ...rest] = text.split(",").map((part) => part.trim());
  const { host } = parseRegistry(registry, option, { mayBeSecret: true });
  const source = `${option} ${host}`;
  const audience = audienceOf(registry);
  if (audience !== undefined && rest.length === 0) {
    return {
      ...{ registry, host, from: option },
      user: { text: BUILDKITE_USER },
      password: { audience },
    };
  }
  const fields = rest.map((part) => readField(part, source));
  const valuesOf = (name: Field) =>
    fields.flatMap(([field, value]) => (field === name ? [value] : []));
  const spec: RegistrySpec = {
    registry,
    host,
    from: option,
    user: only<RegistrySpec["user"]>(source, "username-env= or username=", [
      ...valuesOf("username-env").map((env) => ({ env })),
      ...valuesOf("username").map((name) => ({ text: name })),
    ]),
    password: only<RegistrySpec["password"]>(source, "password-env= or password-file=", [
      ...valuesOf("password-env").map((env) => ({ env })),
      ...valuesOf("password-file").map((file) => ({ file })),
    ]),
  };
  const [userEnv, passwordEnv] = [spec.user, spec.password].map((it) => "env" in it && it.env);
  if (userEnv && userEnv === passwordEnv) {
    throw refusal(
      source,
      "username-env= and password-env= name the same variable",
      "a user name is shown, a password is not: give the name as username=NAME",
    );
  }
  return spec;
};

/**
 * Reads the registries that `--registry` or BERTH_REGISTRIES (`option`) name, each `host[:port],field=value,…` as in
 * `docker build --secret`. Throws BERTH_USAGE, also where two are for the same (RULE 12), and BERTH_BAD_REGISTRY; a secret
 * that somebody has put there is not shown.
 */
export const parseSpecs = (texts: readonly string[], option: string): readonly RegistrySpec[] => {
  const specs = texts.map((text) => parseSpec(text, option));
  const hosts = specs.map(({ host }) => host);
  const twice = hosts.find((host, index) => hosts.indexOf(host) !== index);
  if (twice === undefined) return specs;
  throw refusal(
    option,
    `${twice} is given twice`,
    "Docker keeps one credential for a registry: give one",
  );
};
