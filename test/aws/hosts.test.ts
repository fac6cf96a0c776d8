import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { ecrPlaceOf } from "../../src/aws/hosts.ts";
import { anyText } from "../fixtures/hostile-text.ts";

const A = "123456789012";

// What botocore 1.44 makes of its rules for these regions, plain, FIPS, dual stack, and both:
// botocore/data/{ecr,sts}/*/endpoint-rule-set-1.json
describe("a registry of ECR is told by its host, with where its services are", () => {
  test.each([
    // aws
    [
      "dkr.ecr.us-east-1.amazonaws.com",
      "us-east-1",
      "api.ecr.us-east-1.amazonaws.com",
      "sts.us-east-1.amazonaws.com",
    ],
    [
      "dkr.ecr.eu-central-1.amazonaws.com",
      "eu-central-1",
      "api.ecr.eu-central-1.amazonaws.com",
      "sts.eu-central-1.amazonaws.com",
    ],
    [
      "dkr.ecr.ap-southeast-7.amazonaws.com",
      "ap-southeast-7",
      "api.ecr.ap-southeast-7.amazonaws.com",
      "sts.ap-southeast-7.amazonaws.com",
    ],
    [
      "dkr.ecr-fips.us-east-1.amazonaws.com",
      "us-east-1",
      "api.ecr-fips.us-east-1.amazonaws.com",
      "sts-fips.us-east-1.amazonaws.com",
    ],
    ["dkr-ecr.us-east-1.on.aws", "us-east-1", "ecr.us-east-1.api.aws", "sts.us-east-1.api.aws"],
    [
      "dkr-ecr-fips.us-west-2.on.aws",
      "us-west-2",
      "ecr-fips.us-west-2.api.aws",
      "sts-fips.us-west-2.api.aws",
    ],
    // aws-us-gov, where STS is FIPS by itself
    [
      "dkr.ecr.us-gov-west-1.amazonaws.com",
      "us-gov-west-1",
      "api.ecr.us-gov-west-1.amazonaws.com",
      "sts.us-gov-west-1.amazonaws.com",
    ],
    [
      "dkr.ecr-fips.us-gov-west-1.amazonaws.com",
      "us-gov-west-1",
      "api.ecr-fips.us-gov-west-1.amazonaws.com",
      "sts.us-gov-west-1.amazonaws.com",
    ],
    [
      "dkr-ecr.us-gov-east-1.on.aws",
      "us-gov-east-1",
      "ecr.us-gov-east-1.api.aws",
      "sts.us-gov-east-1.api.aws",
    ],
    [
      "dkr-ecr-fips.us-gov-west-1.on.aws",
      "us-gov-west-1",
      "ecr-fips.us-gov-west-1.api.aws",
      "sts-fips.us-gov-west-1.api.aws",
    ],
    // aws-cn
    [
      "dkr.ecr.cn-north-1.amazonaws.com.cn",
      "cn-north-1",
      "api.ecr.cn-north-1.amazonaws.com.cn",
      "sts.cn-north-1.amazonaws.com.cn",
    ],
    [
      "dkr-ecr.cn-northwest-1.on.amazonwebservices.com.cn",
      "cn-northwest-1",
      "ecr.cn-northwest-1.api.amazonwebservices.com.cn",
      "sts.cn-northwest-1.api.amazonwebservices.com.cn",
    ],
    // aws-eusc
    [
      "dkr.ecr.eusc-de-east-1.amazonaws.eu",
      "eusc-de-east-1",
      "api.ecr.eusc-de-east-1.amazonaws.eu",
      "sts.eusc-de-east-1.amazonaws.eu",
    ],
    [
      "dkr-ecr.eusc-de-east-1.on.amazonwebservices.eu",
      "eusc-de-east-1",
      "ecr.eusc-de-east-1.api.amazonwebservices.eu",
      "sts.eusc-de-east-1.api.amazonwebservices.eu",
    ],
    // aws-iso, aws-iso-b, aws-iso-e, aws-iso-f
    [
      "dkr.ecr.us-iso-east-1.c2s.ic.gov",
      "us-iso-east-1",
      "api.ecr.us-iso-east-1.c2s.ic.gov",
      "sts.us-iso-east-1.c2s.ic.gov",
    ],
    [
      "dkr.ecr.us-isob-east-1.sc2s.sgov.gov",
      "us-isob-east-1",
      "api.ecr.us-isob-east-1.sc2s.sgov.gov",
      "sts.us-isob-east-1.sc2s.sgov.gov",
    ],
    [
      "dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk",
      "eu-isoe-west-1",
      "api.ecr.eu-isoe-west-1.cloud.adc-e.uk",
      "sts.eu-isoe-west-1.cloud.adc-e.uk",
    ],
    [
      "dkr.ecr.us-isof-south-1.csp.hci.ic.gov",
      "us-isof-south-1",
      "api.ecr.us-isof-south-1.csp.hci.ic.gov",
      "sts.us-isof-south-1.csp.hci.ic.gov",
    ],
  ])("%s", (host, region, ecr, sts) => {
    expect(ecrPlaceOf(`${A}.${host}`)).toEqual({
      ...{ region, isPublic: false, ecr: `https://${ecr}`, sts: `https://${sts}` },
    });
  });

  test.each(["public.ecr.aws", "ecr-public.aws.com"])("%s, which is in one region", (host) => {
    expect(ecrPlaceOf(host)).toEqual({
      ...{ region: "us-east-1", isPublic: true },
      ecr: "https://api.ecr-public.us-east-1.amazonaws.com",
      sts: "https://sts.us-east-1.amazonaws.com",
    });
  });
});

describe("what looks like one is none", () => {
  test.each([
    ["in another's domain", `${A}.dkr.ecr.eu-west-1.amazonaws.com.evil.example`],
    ["in another's domain that ends as AWS' does", `${A}.dkr.ecr.eu-west-1.evil-amazonaws.com`],
    ["in another's domain of China", `${A}.dkr.ecr.cn-north-1.amazonaws.com.cn.cn`],
    ["in another's domain of two words", `${A}.dkr.ecr.eu-west-1.amazonaws.co`],
    ["behind something", `a.${A}.dkr.ecr.eu-west-1.amazonaws.com`],
    ["behind a name", `evil.example/${A}.dkr.ecr.eu-west-1.amazonaws.com`],
    ["behind a user", `me@${A}.dkr.ecr.eu-west-1.amazonaws.com`],
    ["before something", `${A}.dkr.ecr.eu-west-1.amazonaws.com/`],
    ["before a line break", `${A}.dkr.ecr.eu-west-1.amazonaws.com\n`],
    ["before a dot", `${A}.dkr.ecr.eu-west-1.amazonaws.com.`],
    ["with a port", `${A}.dkr.ecr.eu-west-1.amazonaws.com:443`],
    ["of 11 digits", "12345678901.dkr.ecr.eu-west-1.amazonaws.com"],
    ["of 13 digits", "1234567890123.dkr.ecr.eu-west-1.amazonaws.com"],
    ["of other digits", "١٢٣٤٥٦٧٨٩٠١٢.dkr.ecr.eu-west-1.amazonaws.com"],
    ["without an account", "dkr.ecr.eu-west-1.amazonaws.com"],
    ["of capital letters", `${A}.DKR.ECR.EU-WEST-1.AMAZONAWS.COM`],
    ["of a region in capital letters", `${A}.dkr.ecr.EU-WEST-1.amazonaws.com`],
    ["of an empty region", `${A}.dkr.ecr..amazonaws.com`],
    ["without a region", `${A}.dkr.ecr.amazonaws.com`],
    ["of two regions", `${A}.dkr.ecr.eu-west-1.eu-west-2.amazonaws.com`],
    ["of a region with another sign", `${A}.dkr.ecr.eu_west_1.amazonaws.com`],
    ["of another service", `${A}.dkr.ecs.eu-west-1.amazonaws.com`],
    ["of another kind of ECR", `${A}.dkr.ecr-public.us-east-1.amazonaws.com`],
    ["of FIPS, written otherwise", `${A}.dkr.ecrfips.us-east-1.amazonaws.com`],
    ["of another sign before ECR", `${A}.dkr_ecr.eu-west-1.amazonaws.com`],
    ["of the API itself", "api.ecr.eu-west-1.amazonaws.com"],
    ["of both versions of IP, as the API is", `${A}.dkr-ecr.eu-west-1.api.aws`],
    ["of both versions of IP, where there are none", `${A}.dkr-ecr.us-iso-east-1.on.aws.ic.gov`],
    ["behind the public one", "a.public.ecr.aws"],
    ["before the public one", "public.ecr.aws.evil.example"],
    ["of the public one in capital letters", "PUBLIC.ECR.AWS"],
    ["of the public one with a port", "public.ecr.aws:443"],
    ["of the gallery of the public one", "gallery.ecr.aws"],
    ["of nothing", ""],
  ])("%s", (_, host) => {
    expect(ecrPlaceOf(host)).toBeUndefined();
  });

  test("and whatever the host is, the services are AWS' own", () => {
    const piece = fc.constantFrom(
      ...[A, ".", "dkr", "-", "ecr", "fips", "eu-west-1", "amazonaws", "com", "cn", "on", "aws"],
      ...["evil.example", "@", "/", ":", "#", "?", "public", "c2s.ic.gov", "amazonaws.com"],
    );
    const suffix = fc.constantFrom(
      ...[
        "amazonaws.com",
        "on.aws",
        "amazonaws.com.cn",
        "evil.example",
        "amazonaws.eu",
        "c2s.ic.gov",
      ],
    );
    const region = fc.string({ unit: fc.constantFrom(..."az09-.@/#?:\\ %"), maxLength: 8 });
    const host = fc.oneof(
      anyText,
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
      fc.tuple(region, suffix).map(([name, end]) => `${A}.dkr.ecr.${name}.${end}`),
    );
    const own =
      /^(?:sts|ecr|api\.ecr)(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|c2s\.ic\.gov|api\.aws)$/;
    fc.assert(
      fc.property(host, (text) => {
        const place = ecrPlaceOf(text);
        if (place === undefined || place.isPublic) return;
        const hosts = [place.ecr, place.sts].map((url) => new URL(url));
        expect(hosts.map(({ href, host: name }) => [href, own.test(name)])).toEqual([
          [`${place.ecr}/`, true],
          [`${place.sts}/`, true],
        ]);
      }),
      { numRuns: 2000 },
    );
  });
});
