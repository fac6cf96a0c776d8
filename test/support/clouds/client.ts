import { readFile } from "node:fs/promises";
import { fetch, ProxyAgent, type RequestInit } from "undici";
import type { Clouds } from "./clouds.ts";

/** An answer, as far as it is the same in every run. */
export interface Settled {
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

/** What stands for a moment in seconds since 1970, whole or with a fraction as AWS writes it. */
export const SECONDS = 1_000_000_000;
export const FRACTION = 0.5;

export interface Client {
  ask(url: string, request?: RequestInit): Promise<Settled>;
  /** The last secret of this kind that was given out. */
  last(what: string): string;
  stop(): Promise<void>;
}

/** A client of the clouds under their real names, by their proxy and certificate. */
export const makeClient = async ({ env, issued }: Clouds): Promise<Client> => {
  const ca = await readFile(env["SSL_CERT_FILE"] ?? "", "utf8");
  const agent = new ProxyAgent({ uri: env["HTTPS_PROXY"] ?? "", requestTls: { ca } });

  const settle = (text: string): string =>
    issued
      .toSorted((one, other) => other.secret.length - one.secret.length)
      .reduce((said, { what, secret }) => said.replaceAll(secret, `[${what}]`), text)
      .replace(/(?<=ID: |<RequestId>)[0-9a-f-]{36}/g, "[uuid]")
      .replace(/(?:ASIA|AROA)[A-Z2-7]{16}/g, "[id]")
      .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "[time]")
      .replace(/\d{8}T\d{6}Z/g, "[stamp]")
      .replace(/\b1\.\d{12}E9\b/g, `${FRACTION}`)
      .replace(/\b1\d{9}\b/g, `${SECONDS}`)
      .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1");

  const bodyOf = (text: string, type: string | null): unknown =>
    /json/.test(type ?? "") && text !== "" ? JSON.parse(text) : text;

  return {
    ask: async (url, request = {}) => {
      const isNear = new URL(url).hostname === "127.0.0.1";
      const answer = await fetch(url, {
        ...{ redirect: "manual", ...request, ...(!isNear && { dispatcher: agent }) },
      });
      const type = answer.headers.get("content-type");
      return { status: answer.status, type, body: bodyOf(settle(await answer.text()), type) };
    },
    last: (what) => issued.findLast((it) => it.what === what)?.secret ?? "",
    stop: () => agent.close(),
  };
};

export const form = (fields: Readonly<Record<string, string | undefined>>): RequestInit => {
  const given = Object.entries(fields).filter(
    (field): field is [string, string] => field[1] !== undefined,
  );
  const type = "application/x-www-form-urlencoded";
  return {
    method: "POST",
    headers: { "content-type": type },
    body: `${new URLSearchParams(given)}`,
  };
};

export const jsonBody = (
  fields: unknown,
  headers: Readonly<Record<string, string>> = {},
): RequestInit => ({
  ...{ method: "POST", body: JSON.stringify(fields) },
  headers: { "content-type": "application/json", ...headers },
});

/** A token with the signature of another one. */
export const forged = (token: string, other: string): string =>
  token.replace(/[^.]+$/, other.replace(/^.*\./, ""));
