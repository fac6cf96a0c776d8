import { isObject, type JsonObject } from "../docker-config/shapes.ts";
import { Lacking } from "../registries/kind.ts";
import { Secret } from "../secret.ts";

/** What to ask oneself of an answer that is not what it should be. */
export const IS_IT_ANOTHER = "is a proxy, or a server of another kind, in between?";

const lackingIn = (step: string, name: string): Lacking =>
  new Lacking(`${step}: there is no ${name} in its answer`, IS_IT_ANOTHER);

/** A text in a server's answer. Throws `Lacking`. */
export const textIn = (answer: JsonObject, name: string, step: string): string => {
  const value = answer[name];
  if (typeof value === "string" && value !== "") return value;
  throw lackingIn(step, name);
};

export const secretIn = (answer: JsonObject, name: string, step: string): Secret =>
  new Secret(textIn(answer, name, step));

/** An object in it. Throws `Lacking`. */
export const objectIn = (answer: JsonObject, name: string, step: string): JsonObject => {
  const value = answer[name];
  const one = Array.isArray(value) ? value[0] : value;
  if (isObject(one)) return one;
  throw lackingIn(step, name);
};

/** When something ends that is good for so many seconds: `expires_in` of OAuth. */
export const endIn = (answer: JsonObject, now: Date): { readonly until?: Date } => {
  const seconds = Number(answer["expires_in"]);
  return seconds > 0 && seconds < 1e9 ? { until: new Date(now.getTime() + seconds * 1000) } : {};
};
