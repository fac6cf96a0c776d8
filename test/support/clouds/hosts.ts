import { ELSEWHERE } from "./faults.ts";
import { headerOf, type Received } from "./http.ts";

/** All those that the clouds are under: of AWS in some regions. */
export const HOSTS = [
  ...["us-east-1", "eu-west-1", "eu-central-1", "us-gov-west-1"].flatMap((region) => [
    ...[`sts.${region}.amazonaws.com`, `sts-fips.${region}.amazonaws.com`, `sts.${region}.api.aws`],
    ...[`api.ecr.${region}.amazonaws.com`, `api.ecr-fips.${region}.amazonaws.com`],
    ...[`ecr.${region}.api.aws`, `ecr-fips.${region}.api.aws`],
  ]),
  ...["api.ecr-public.us-east-1.amazonaws.com", "ecr-public.us-east-1.api.aws"],
  ...["sts.cn-north-1.amazonaws.com.cn", "api.ecr.cn-north-1.amazonaws.com.cn"],
  ...["sts.googleapis.com", "iamcredentials.googleapis.com"],
  ...["login.microsoftonline.com", "login.microsoftonline.us"],
  ...["login.chinacloudapi.cn", "login.partner.microsoftonline.cn"],
  ...["*.azurecr.io", "*.azurecr.us", "*.azurecr.cn"],
  ...["*.jfrog.io", ELSEWHERE],
];

/** The variables that lead to a service, and under which of its hosts. */
export const ENDPOINTS: Readonly<Record<string, string>> = {
  AWS_ENDPOINT_URL_STS: "sts.eu-west-1.amazonaws.com",
  AWS_ENDPOINT_URL_ECR: "api.ecr.eu-west-1.amazonaws.com",
  AWS_ENDPOINT_URL_ECR_PUBLIC: "api.ecr-public.us-east-1.amazonaws.com",
  CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: "iamcredentials.googleapis.com",
  AZURE_AUTHORITY_HOST: "login.microsoftonline.com",
};

/** Which of AWS' services is meant where the host does not tell, as it does not for programs that stand in for all of AWS. */
export const awsHostOf = (received: Received): string | undefined => {
  const target = headerOf(received, "x-amz-target");
  if (target === "") return ENDPOINTS["AWS_ENDPOINT_URL_STS"];
  const name = `AWS_ENDPOINT_URL_ECR${target.startsWith("Spencer") ? "_PUBLIC" : ""}`;
  return ENDPOINTS[name];
};

/** Whether one of them is meant; a name server would not know others. */
export const isKnown = (host: string): boolean =>
  HOSTS.some((known) => known === host || known === host.replace(/^[^.]+/, "*"));
