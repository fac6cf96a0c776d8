import { createServer } from "node:https";
import type { TLSSocket } from "node:tls";
import { makeTemporaryFolder } from "../temporary-folder.ts";
import { makeAws } from "./aws.ts";
import { makeAzure } from "./azure.ts";
import { makeCertificate } from "./certificate.ts";
import { ELSEWHERE, type Faults, makeFaults } from "./faults.ts";
import { makeGoogle } from "./google.ts";
import { awsHostOf, ENDPOINTS, HOSTS, isKnown } from "./hosts.ts";
import { type Answer, type Handler, json, listen, listenerOf, listenInTheOpen } from "./http.ts";
import type { Jobs } from "./id-token-requests.ts";
import { makeJfrog } from "./jfrog.ts";
import { type Issuer, startIssuer } from "./oidc.ts";
import { startConnectProxy } from "./proxy.ts";
import type { Issued, Keep } from "./token.ts";
import { CONNECTION, SUBJECT, worldOf } from "./world.ts";

/** One request that has come, and what came of it. Never a token. */
interface Entry {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly status: number | "hang" | "close";
}

type Env = Readonly<Record<string, string>>;

/** All the clouds, and the CI whose jobs they trust. */
export interface Clouds extends Pick<Faults, "misbehave"> {
  /** By these a program reaches the clouds under their real names. */
  readonly env: Env;
  /** By these it reaches some of them without TLS, on this machine. */
  readonly endpoints: Env;
  /** By this it reaches all those of AWS so, at one place. */
  readonly awsEndpoint: Env;
  /** By these it has the credentials of a container. */
  readonly containerEnv: Env;
  readonly issuer: Issuer;
  readonly log: readonly Entry[];
  /** Every secret that was given out, for tests to look for. */
  readonly issued: readonly Issued[];
  stop(): Promise<void>;
}

const AUTHORIZATION = "test-token-container";

/**
 * Starts the clouds, and an issuer for the jobs of a CI. The job is the one that they trust, unless `jobs` makes it another. Each
 * checks what the real one checks.
 */
export const startClouds = async (jobs: Partial<Jobs> = {}): Promise<Clouds> => {
  const log: Entry[] = [];
  const issued: Issued[] = [];
  const keep: Keep = (what, secret) => {
    issued.push({ what, secret });
    return secret;
  };
  const { through: mayFail, misbehave } = makeFaults();
  const through = (handle: Handler): Handler => {
    const failing = mayFail(handle);
    return async (received) => {
      const answer = await failing(received);
      const { method, host, url } = received;
      const status = typeof answer === "string" ? answer : answer.status;
      log.push({ method, host, path: url.pathname, status });
      return answer;
    };
  };

  const folder = await makeTemporaryFolder("clouds");
  const connections = { [CONNECTION]: SUBJECT };
  const [issuer, { authorityFile, cert, key }] = await Promise.all([
    startIssuer({ subject: SUBJECT, connections, ...jobs, through, keep }),
    makeCertificate(folder.path, HOSTS),
  ]);
  const world = worldOf(issuer.url, AUTHORIZATION);
  const aws = makeAws(world.aws, keep);
  const google = makeGoogle(world.providers, world.accounts, keep);
  const azure = await makeAzure(world.applications, keep);
  const jfrog = await makeJfrog(world.integrations, keep);
  const services = [
    ...[aws.sts, aws.ecr, google.sts, google.credentials, azure.entra, azure.acr, jfrog],
    { recognises: (host: string) => host === ELSEWHERE, handle: () => json(200, {}) },
  ];
  const serviceAt = (host: string) => services.find((service) => service.recognises(host));
  const handle = through((received): Answer | Promise<Answer> => {
    const service = serviceAt(received.host);
    return service ? service.handle(received) : json(421, { message: "Misdirected Request" });
  });

  const listener = listenerOf(handle);
  const secure = createServer({ cert, key }, (request, response) => {
    const { servername } = request.socket as TLSSocket;
    // The certificate is for all: who asks for the wrong one's would not notice.
    if (servername === request.headers.host?.replace(/:443$/, "")) listener(request, response);
    else response.writeHead(421).end();
  });
  const tls = await listen(secure);
  const proxy = await startConnectProxy(tls.port, isKnown);
  const open = await Promise.all(
    Object.entries(ENDPOINTS).map(async ([name, host]) => {
      const listening = await listenInTheOpen(handle, host);
      return { ...listening, entry: [name, listening.url] as const };
    }),
  );
  const ofAws = await listenInTheOpen((received) =>
    handle({ ...received, host: awsHostOf(received) ?? "" }),
  );
  const container = await listenInTheOpen(through(aws.container), "169.254.170.2");

  return {
    env: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, SSL_CERT_FILE: authorityFile },
    endpoints: Object.fromEntries(open.map(({ entry }) => entry)),
    awsEndpoint: { AWS_ENDPOINT_URL: ofAws.url },
    containerEnv: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.url}/v2/credentials/ci`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: AUTHORIZATION,
    },
    ...{ issuer, log, issued, misbehave },
    stop: async () => {
      await Promise.all([proxy, tls, issuer, container, ofAws, ...open].map((it) => it.stop()));
      await folder.remove();
    },
  };
};
