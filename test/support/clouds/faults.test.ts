import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ecrError } from "./aws-ecr.ts";
import { stsError } from "./aws-query.ts";
import { type Fault, makeFaults } from "./faults.ts";
import { json, type Listening, listenInTheOpen } from "./http.ts";

const { through, misbehave } = makeFaults();
const RIGHT = json(200, { token: "012345678" });
let server: Listening & { readonly url: string };

beforeAll(async () => {
  server = await listenInTheOpen(
    through(() => RIGHT),
    "api.example",
  );
});
afterAll(() => server.stop());

const ask = async (path = "/v1/token"): Promise<unknown> => {
  const signal = AbortSignal.timeout(2_000);
  try {
    const answer = await fetch(server.url + path, { redirect: "manual", signal });
    const body = await answer.text();
    const more = ["retry-after", "location"].flatMap((name) => answer.headers.get(name) ?? []);
    return [answer.status, ...more, body.length > 100 ? body.length : body];
  } catch (error) {
    return (error as Error).name;
  }
};

test.each<[Fault, unknown]>([
  ["500", [500, "oops\n"]],
  ["503", [503, "<!DOCTYPE html><html><body><h1>Service Unavailable</h1></body></html>\n"]],
  ["429", [429, "1", ""]],
  ["hang", "TimeoutError"],
  ["close", "TypeError"],
  ["garbage", [200, "\u0000\u0001<[{\u001b[31m not anything\r\n"]],
  ["html", [200, "<!DOCTYPE html><html><body><h1>Sign in to the network</h1></body></html>\n"]],
  ["huge", [200, 10 * 1024 * 1024]],
  ["redirect", [307, "https://elsewhere.example/", ""]],
  ["truncated", [200, '{"token":"']],
  ["cut", "TypeError"],
  ["stall", "TimeoutError"],
  [json(418, {}), [418, "{}"]],
])("once %s, then what is right", async (fault, expected) => {
  misbehave(fault);
  expect([await ask(), await ask()]).toEqual([expected, [200, '{"token":"012345678"}']]);
});

test("so many times, for some requests", async () => {
  misbehave("500", { times: 2, at: /^api\.example\/v1\/token$/ });
  const answers = [await ask(), await ask("/v2"), await ask(), await ask()];
  expect(answers.map((answer) => (answer as [number])[0])).toEqual([500, 200, 500, 200]);
});

test("throttling, as AWS' services say it", async () => {
  misbehave(stsError(400, "Throttling", "Rate exceeded"));
  misbehave(ecrError("ThrottlingException", "Rate exceeded"));
  expect([await ask(), await ask()]).toEqual([
    [400, stsError(400, "Throttling", "Rate exceeded").body.length],
    [400, '{"__type":"ThrottlingException","message":"Rate exceeded"}'],
  ]);
});
