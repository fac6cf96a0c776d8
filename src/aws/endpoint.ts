import { endpoint } from "../exchange/endpoint.ts";
import type { Env } from "../variables.ts";

/** Where a service of AWS is, unless the job's variables say another: that of the service, or of all. Throws `Lacking`. */
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
export const awsEndpoint = (usual: string, env: Env, variable: string): string =>
  env["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.toLowerCase() === "true"
    ? usual
    : endpoint(usual, env, variable, "AWS_ENDPOINT_URL");
