import { randomUUID } from "node:crypto";
import { json, type Reply } from "./http.ts";

// https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes#handling-error-codes-in-your-application
export const refuse = (status: number, error: string, code: number, message: string): Reply => {
  const time = new Date()
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "Z");
  const [trace, correlation] = [randomUUID(), randomUUID()];
  return json(status, {
    error,
    error_description: `AADSTS${code}: ${message} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${time}`,
    ...{ error_codes: [code], timestamp: time, trace_id: trace, correlation_id: correlation },
    error_uri: `https://login.microsoftonline.com/error?code=${code}`,
  });
};

export const invalidRequest = (code: number, message: string): Reply =>
  refuse(400, "invalid_request", code, message);

export const invalidClient = (code: number, message: string): Reply =>
  refuse(401, "invalid_client", code, message);

const CHECK =
  "Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation";

// https://github.com/Azure/azure-workload-identity/issues/1200
export const unmatched = (code: number, what: string, value: unknown): Reply =>
  invalidClient(
    code,
    `No matching federated identity record found for presented assertion ${what} '${value}'. ${CHECK}`,
  );
