import { isNamespaced, isRepository, parseRegistry } from "../docker-config/keys.ts";
import { BerthError } from "../errors.ts";
import { isVariableName } from "../variables.ts";
import { kindOf } from "./index.ts";
import { FIELDS, type Field, type Fields, type RegistryKind } from "./kind.ts";

/** A registry that the user asks to log in to, and what its credential is had by: never the secret itself. */
export interface RegistrySpec {
  /** All of it, as it was given. */
  readonly text: string;
  readonly registry: string;
  /** `registry` as clients name it: `host[:port]`. */
  readonly host: string;
  /** What stands behind the host, such as `group/app`; "" where that is nothing, or a path of the API. */
  readonly path: string;
  /** The option or variable that it is from. */
  readonly from: string;
  readonly fields: Fields;
}

const FORM = "HOST,username-env=NAME,password-env=NAME";

const refusal = (source: string, problem: string, hint = `write it as ${FORM}`): BerthError =>
  new BerthError("BERTH_USAGE", `${source}: ${problem}`, hint);

const isField = (name: string): name is Field => FIELDS.some((field) => field === name);

/** That which stands for itself. */
const BARE: Field = "oidc-password";

const readField = (text: string, source: string): readonly [Field, string] => {
  const [, name = "", sign = "", value = ""] = /^([a-z-]{1,20})(=?)(.*)$/s.exec(text) ?? [];
  if (["password", "token", "secret"].includes(name) && sign) {
    throw refusal(
      source,
      `${name}= is not for the secret itself: everybody on the machine can read a command line`,
      "name what holds it: password-env=NAME or password-file=PATH",
    );
  }
  if (text === BARE) return [BARE, ""];
  // What is no name of a field may be a secret.
  if (!isField(name) || !sign || name === BARE)
    throw refusal(source, `knows only the fields ${FIELDS.join(", ")}`);
  if (value === "") throw refusal(source, `${name}= has no value`);
  if (name.endsWith("-env") && !isVariableName(value)) {
    throw refusal(source, `${name}= does not have the name of a variable`);
  }
  return [name, value];
};

const written = (field: Field): string => (field === BARE ? field : `${field}=`);

const likeThis = ({ name, example }: RegistryKind): string =>
  `write it as ${name === "password" ? FORM : example}`;

// Values may be pasted secrets: they are not shown.
const checkFields = (
  names: readonly Field[],
  fields: Fields,
  kind: RegistryKind,
  source: string,
) => {
  for (const group of kind.needs) {
    if (names.filter((name) => group.includes(name)).length !== 1)
      throw refusal(source, `needs ${group.map(written).join(" or ")}, once`, likeThis(kind));
  }
  const known = [...kind.needs.flat(), ...kind.mayHave];
  for (const name of names) {
    if (!known.includes(name)) {
      const list = known.length > 0 ? `only ${known.join(", ")}` : "none";
      throw refusal(
        source,
        `has ${written(name)}, which is not for ${kind.title}: that knows ${list}`,
        likeThis(kind),
      );
    }
    if (names.indexOf(name) !== names.lastIndexOf(name))
      throw refusal(source, `${written(name)} is given twice`, likeThis(kind));
    if (kind.forms?.[name]?.test(fields[name] ?? "") === false)
      throw refusal(source, `${written(name)} does not have the form of one`, likeThis(kind));
  }
};

/** What stands behind the host of a registry, as it is given. */
export const pathOf = (registry: string): string => {
  const [, path = ""] = registry.replace(/^https?:\/\//i, "").split(/\/(.*)/s);
  return isNamespaced(registry) ? path.replace(/\/+$/, "") : "";
};

const parseSpec = (text: string, option: string): RegistrySpec => {
  const [registry = "", ...rest] = text.split(",").map((part) => part.trim());
  const { host } = parseRegistry(registry, option, { mayBeSecret: true });
  const source = `${option} ${host}`;
  const read = rest.map((part) => readField(part, source));
  const fields: Fields = Object.fromEntries(read);
  const spec = { text, registry, host, path: pathOf(registry), from: option, fields };
  const names = read.map(([name]) => name);
  checkFields(names, fields, kindOf(spec), source);
  const user = fields["username-env"];
  if (user !== undefined && user === fields["password-env"]) {
    throw refusal(
      source,
      "username-env= and password-env= name the same variable",
      "a user name is shown, a password is not: give the name as username=NAME",
    );
  }
  return spec;
};

/** Whether the same password is for both: then it is for the registry as a whole. */
const isSame = (one: RegistrySpec, other: RegistrySpec): boolean =>
  one.host === other.host &&
  kindOf(one).issued === undefined &&
  JSON.stringify(Object.entries(one.fields).sort()) ===
    JSON.stringify(Object.entries(other.fields).sort());

// RULE 12
const checkTogether = (specs: readonly RegistrySpec[], option: string): void => {
  for (const [index, { host, path }] of specs.entries()) {
    const others = specs.slice(0, index).filter((other) => other.host === host);
    if (others.some((other) => other.path === path)) {
      throw refusal(
        option,
        `${path !== "" && isRepository(path) ? `${host}/${path}` : host} is given twice`,
        "Docker keeps one credential for a registry: give one, or name the part of it that each is for: HOST/GROUP",
      );
    }
  }
  for (const { host, path } of specs) {
    const isAlone = specs.filter((other) => other.host === host).length === 1;
    if (isAlone || path === "" || isRepository(path)) continue;
    throw refusal(option, `${host}: the part that one of them is for is not the name of images`);
  }
};

/**
 * Reads the registries that `--registry` or BERTH_REGISTRIES (`option`) name, each `host[:port][/path],field=value,…` as in
 * `docker build --secret`. Throws BERTH_USAGE, also where two are for the same (RULE 12), and BERTH_BAD_REGISTRY; a secret
 * that somebody has put there is not shown.
 */
export const parseSpecs = (texts: readonly string[], option: string): readonly RegistrySpec[] => {
  const specs = texts.map((text) => parseSpec(text, option));
  checkTogether(specs, option);
  return specs.filter((spec, index) => !specs.slice(0, index).some((other) => isSame(spec, other)));
};
