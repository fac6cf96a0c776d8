import { isObject, type JsonObject } from "../docker-config/shapes.ts";
import type { Send } from "../network/http.ts";
import type { HttpAnswer, HttpRequest } from "../network/request.ts";
import { Unreachable } from "../network/unreachable.ts";
import { kindOf } from "../registries/index.ts";
import { type Asker, Lacking } from "../registries/kind.ts";
import type { Asking } from "../registries/requested.ts";
import type { RegistrySpec } from "../registries/spec.ts";
import { type Claims, claimsOf, shownClaims } from "./claims.ts";
import { requestIdToken } from "./id-token.ts";

const NETWORK = "is a proxy needed (HTTPS_PROXY), or a certificate authority (SSL_CERT_FILE)?";

const objectOf = (text: string): JsonObject | undefined => {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
};

const refusal = ({ status, explanation }: HttpAnswer): string =>
  explanation === "" ? `HTTP ${status}` : `HTTP ${status}, ${explanation}`;

/** What the kind of a spec asks with. `send` is made where it is needed first. */
export const askerFor = (spec: RegistrySpec, asking: Asking, send: () => Promise<Send>): Asker => {
  const { check } = kindOf(spec);
  let claims: Claims = {};

  const hint = (): string => {
    const has = shownClaims(claims);
    const parts = [check && `check ${check}`, has && `the job's id token has ${has}`];
    return parts.filter(Boolean).join("; ");
  };

  const askFor = async (step: string, request: HttpRequest, whatToDo: () => string) => {
    const { hostname } = new URL(request.url);
    const answer = await send()
      .then((it) => it(request))
      .catch((error: unknown) => {
        if (!(error instanceof Unreachable)) throw error;
        throw new Lacking(`${step} (${hostname}): ${error.message}`, NETWORK);
      });
    if (answer.status !== 200 && answer.status !== 201)
      throw new Lacking(`${step} (${hostname}): ${refusal(answer)}`, whatToDo());
    return answer.text;
  };

  const askObject = async (step: string, request: HttpRequest, whatToDo: () => string) => {
    const json = objectOf(await askFor(step, request, whatToDo));
    if (json) return json;
    throw new Lacking(
      `${step} (${new URL(request.url).hostname}): its answer is not JSON`,
      NETWORK,
    );
  };

  return {
    ...{ variables: asking.variables, cwd: asking.cwd, job: asking.job, now: asking.now },
    askText: (step, request) => askFor(step, request, hint),
    ask: (step, request) => askObject(step, request, hint),
    idToken: async (usual) => {
      const howToGetOne = () => asking.system.idTokens?.hint ?? "";
      const token = await requestIdToken(spec, usual, asking, (step, request) =>
        askObject(step, request, howToGetOne),
      );
      claims = claimsOf(token.secret);
      return token;
    },
  };
};
