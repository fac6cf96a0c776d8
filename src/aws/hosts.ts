/** Where a registry of ECR is, and the services behind it. */
export interface EcrPlace {
  readonly region: string;
  readonly isPublic: boolean;
  readonly ecr: string;
  readonly sts: string;
}

// https://github.com/awslabs/amazon-ecr-credential-helper (ecr-login/api/client.go)
const PRIVATE =
  /^\d{12}\.dkr[.-]ecr(?<fips>-fips)?\.(?<region>[a-z0-9-]+)\.(?<suffix>[a-z0-9.-]+)$/;

/** What API hosts end with, for one and for both versions of IP, by the end of the registry's host: as botocore's partitions have it. */
const SUFFIXES: readonly (readonly [one: string, both: string, ofRegistry?: string])[] = [
  ["amazonaws.com", "api.aws", "on.aws"],
  ["amazonaws.com.cn", "api.amazonwebservices.com.cn", "on.amazonwebservices.com.cn"],
  ["amazonaws.eu", "api.amazonwebservices.eu", "on.amazonwebservices.eu"],
  ["c2s.ic.gov", "api.aws.ic.gov"],
  ["sc2s.sgov.gov", "api.aws.scloud"],
  ["cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"],
  ["csp.hci.ic.gov", "api.aws.hci.ic.gov"],
];

// There is no other region with its API.
const PUBLIC: EcrPlace = {
  ...{ region: "us-east-1", isPublic: true },
  ecr: "https://api.ecr-public.us-east-1.amazonaws.com",
  sts: "https://sts.us-east-1.amazonaws.com",
};

/** Nothing for a host of anybody else's. */
export const ecrPlaceOf = (host: string): EcrPlace | undefined => {
  if (host === "public.ecr.aws" || host === "ecr-public.aws.com") return PUBLIC;
  const { fips = "", region = "", suffix } = PRIVATE.exec(host)?.groups ?? {};
  if (suffix === undefined) return undefined;
  const found = SUFFIXES.find(([one, , ofRegistry]) => suffix === one || suffix === ofRegistry);
  if (!found) return undefined;
  const [one, both] = found;
  const isDual = suffix !== one;
  // There those without it are meant: botocore's rules for endpoints.
  const stsFips = region.startsWith("us-gov-") && !isDual ? "" : fips;
  return {
    ...{ region, isPublic: false },
    ecr: isDual
      ? `https://ecr${fips}.${region}.${both}`
      : `https://api.ecr${fips}.${region}.${one}`,
    sts: `https://sts${stsFips}.${region}.${isDual ? both : one}`,
  };
};
