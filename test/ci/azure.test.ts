import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { azure } from "../../src/ci/azure.ts";
import { present } from "../../src/variables.ts";
import { complaint } from "../fixtures/complaint.ts";
import { githubJob, gitlabJob, type Variables } from "../fixtures/environments.ts";
import { hostileText } from "../fixtures/hostile-text.ts";
import { recorded } from "./recorded/azure.ts";

const job = (changes: Variables = {}) => azure.job(present({ ...recorded.push, ...changes }));

const detected = (env: Variables): boolean => azure.detect(present(env));

const COLLECTION = "https://dev.azure.com/ondrejmachulda/";
/** Of every pipeline with one unnamed job, in every run. */
const JOB_ID = "12f1170f-54f2-53f3-20dd-22fc7dff55f9";

describe("a recorded job", () => {
  const PUSH = {
    id: "33-Job",
    key: [COLLECTION, "d614af29-f220-4ce1-bcd3-2bfacb2c980d", "33", JOB_ID, "1"],
    url: `${COLLECTION}ci-detector/_build/results?buildId=33&view=logs&j=${JOB_ID}`,
  };
  const PULL_REQUEST = {
    id: "4-Job",
    key: [COLLECTION, "d3629006-0807-48d1-9de4-fcb89a11e57d", "4", JOB_ID, "1"],
    url: `${COLLECTION}ci-detector/_build/results?buildId=4&view=logs&j=${JOB_ID}`,
  };

  test.each([
    ["push", recorded.push, PUSH],
    ["tag", recorded.tag, PUSH],
    ["pull request", recorded.pullRequest, PULL_REQUEST],
  ])("of a %s is told by its run, job and attempt, and has no registry", (_, env, expected) => {
    const result = { detected: detected(env), job: azure.job(present(env)) };
    expect({ ...result, access: azure.access() }).toEqual({
      detected: true,
      job: expected,
      access: { logins: [], notices: [] },
    });
  });
});

describe("detection", () => {
  test.each([
    ["TRAP 5: TF_BUILD=True, as the agent writes it", { TF_BUILD: "True" }, true],
    ["TRAP 5: TF_BUILD=true", { TF_BUILD: "true" }, true],
    ["TRAP 5: TF_BUILD=TRUE", { TF_BUILD: "TRUE" }, true],
    ["TF_BUILD=False", { TF_BUILD: "False" }, false],
    ["TF_BUILD=0", { TF_BUILD: "0" }, false],
    ["TF_BUILD=1", { TF_BUILD: "1" }, false],
    ["TF_BUILD=truely", { TF_BUILD: "truely" }, false],
    ["TRAP 48: an empty TF_BUILD", { TF_BUILD: "" }, false],
    ["all the others without TF_BUILD", { TF_BUILD: undefined }, false],
  ])("%s", (_, changes, expected) => {
    expect(detected({ ...recorded.push, ...changes })).toBe(expected);
  });

  test.each([
    ["GitLab", gitlabJob],
    ["GitHub", githubJob],
    ["nothing", {}],
  ])("not %s", (_, env) => {
    expect(detected(env)).toBe(false);
  });
});

describe("which job it is", () => {
  test.each([
    ["organization", { SYSTEM_COLLECTIONURI: "https://dev.azure.com/other/" }],
    ["run", { BUILD_BUILDID: "34" }],
    ["run of a release", { SYSTEM_PLANID: "d3629006-0807-48d1-9de4-fcb89a11e57d" }],
    ["job, or leg of a matrix", { SYSTEM_JOBID: "3a3a2a60-14c7-570b-14a4-fa42ad92f52a" }],
    ["attempt", { SYSTEM_JOBATTEMPT: "2" }],
  ])("another %s is another job", (_, changes) => {
    expect(job(changes).key).not.toEqual(job().key);
  });

  test.each([
    ["step", { SYSTEM_TASKINSTANCEID: "1", AGENT_JOBSTATUS: "Failed" }],
    ["run's number, which a step can change", { BUILD_BUILDNUMBER: "1.2.3" }],
    ["temp directory, as in the job's container", { AGENT_TEMPDIRECTORY: "/__w/_temp" }],
  ])("another %s is the same job", (_, changes) => {
    expect(job(changes)).toEqual(job());
  });

  test("needs neither the variables that are not documented nor those for people", () => {
    const changes = {
      ...{ SYSTEM_PLANID: undefined, SYSTEM_JOBATTEMPT: undefined, SYSTEM_TEAMPROJECT: undefined },
      ...{ AGENT_JOBNAME: undefined, SYSTEM_COLLECTIONURI: undefined },
    };
    expect(job(changes)).toEqual({ id: `33-${JOB_ID}`, key: ["", "", "33", JOB_ID, "1"] });
  });

  test.each(["BUILD_BUILDID", "SYSTEM_JOBID"])("cannot be told without %s", async (name) => {
    expect(await complaint(() => job({ [name]: "" }))).toBe(
      `BERTH_MISSING_VARIABLE: ${name} is not set: this is not a job of Azure Pipelines`,
    );
  });
});

describe("the job's page", () => {
  test.each([
    ["organization", { SYSTEM_COLLECTIONURI: "" }],
    ["project", { SYSTEM_TEAMPROJECT: "" }],
  ])("is not known without the %s", (_, changes) => {
    expect(Object.keys(job(changes))).toEqual(["id", "key"]);
  });

  test("of a release is the release's: the build is that of an artifact", () => {
    const page = "https://dev.azure.com/org/project/_release?releaseId=7&_a=release-summary";
    expect(job({ RELEASE_RELEASEWEBURL: page }).url).toBe(page);
  });

  test("stays where it is, whatever a project, a run or a job is called", () => {
    const text = fc.array(fc.oneof(hostileText, fc.constantFrom("\n", "\r\n", "##vso[", "../")));
    const name = text
      .map((parts) => parts.join(""))
      // Azure leaves $(NAME) where it knows no such variable: that counts as not set.
      .filter((joined) => joined !== "" && !/^\$\([\w.-]+\)$/.test(joined));
    fc.assert(
      fc.property(name, name, name, (project, build, id) => {
        const changes = { SYSTEM_TEAMPROJECT: project, BUILD_BUILDID: build, SYSTEM_JOBID: id };
        const { url = "" } = job(changes);
        expect([...url].filter((character) => /[\s\p{Cc}[\]"<>`]/u.test(character))).toEqual([]);
        const [, path, query] =
          /^https:\/\/dev\.azure\.com\/ondrejmachulda\/([^/?#]+)\/_build\/results\?([^?#]+)$/.exec(
            url,
          ) ?? [];
        expect([decodeURIComponent(path ?? ""), ...new URLSearchParams(query)]).toEqual([
          ...[project, ["buildId", build], ["view", "logs"], ["j", id]],
        ]);
      }),
    );
  });

  test.each([
    ["SYSTEM_COLLECTIONURI", `${COLLECTION}\n##vso[`, `${COLLECTION}\\x0a#\\x23vso[`],
    ["RELEASE_RELEASEWEBURL", "https://a\rb", "https://a\\x0db"],
  ])("a line break in %s is refused", async (name, value, shown) => {
    expect(await complaint(() => job({ [name]: value }))).toBe(
      `BERTH_BAD_VALUE: ${name}: a line break in its value "${shown}"`,
    );
  });
});

test("the agent empties the temp directory at the job's end", () => {
  expect(azure.tempDirVariable).toBe("AGENT_TEMPDIRECTORY");
});

/** What the agent makes of a line. */
interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/**
 * As the agent reads a log: https://github.com/microsoft/azure-pipelines-agent
 * (src/Microsoft.VisualStudio.Services.Agent/Command.cs, src/Agent.Sdk/CommandStringConvertor.cs)
 */
const agentReads = (log: string): readonly Command[] => {
  const decode = (text: string): string =>
    [
      ["%3B", ";"],
      ["%0D", "\r"],
      ["%0A", "\n"],
      ["%5D", "]"],
      ["%AZP25", "%"],
    ].reduce((decoded, [code = "", character = ""]) => decoded.split(code).join(character), text);
  return log.split(/\r\n|\r|\n/).flatMap((line) => {
    const start = line.indexOf("##vso[");
    const end = line.indexOf("]", start);
    if (start < 0 || end < 0) return [];
    const [name = "", ...rest] = line.slice(start + "##vso[".length, end).split(" ");
    const pairs = rest.join(" ").split(";").filter(Boolean);
    const properties = Object.fromEntries(
      pairs.flatMap((pair) => {
        const [, key, value] = /^([^=]+)=(.+)$/s.exec(pair) ?? [];
        return key && value ? [[key, decode(value)]] : [];
      }),
    );
    return [{ name, properties, data: decode(line.slice(end + 1)) }];
  });
};

test("the reader of these tests reads what the agent's own tests have", () => {
  const line = ">>>   ##vso[area.event k1=%3B=%0D=%0A=%5D%AZP25;]%3B-%0D-%0A-%5D%AZP253B";
  expect(agentReads(`before\r\n${line}\nafter`)).toEqual([
    { name: "area.event", properties: { k1: ";=\r=\n=]%" }, data: ";-\r-\n-]%3B" },
  ]);
});

describe("the later steps get variables by lines of the log", () => {
  const { line } = azure.persist;

  /** What the agent sets when it reads that value's line between others. */
  const setBy = (value: string): readonly Command[] =>
    agentReads(`before\n${line("DOCKER_CONFIG", value)}\nafter`);

  // TRAP 46: a secret one would not come into the environment.
  const set = (value: string): Command => ({
    name: "task.setvariable",
    properties: { variable: "DOCKER_CONFIG" },
    data: value,
  });

  test.each([
    ["/home/vsts/work/_temp/berth-1001/a", "/home/vsts/work/_temp/berth-1001/a"],
    ["", ""],
    ['{"auths":{}}', '{"auths":{}}'],
    ["100%", "100%AZP25"],
    ["%0A%AZP25", "%AZP250A%AZP25AZP25"],
    ["a\r\nb", "a%0D%0Ab"],
    [" a;b] ", " a;b] "],
  ])("%j", (value, written) => {
    expect(line("DOCKER_CONFIG", value)).toBe(
      `##vso[task.setvariable variable=DOCKER_CONFIG]${written}`,
    );
  });

  test("TRAPS 38, 46: the agent sets each value as it is, as no secret, and nothing else", () => {
    const CODES = ["%3B", "%0D", "%0A", "%5D", "%25", "%AZP25", "AZP25", "0A", "\r", "\n", "\r\n"];
    const COMMANDS = ["##vso[", "##vso[task.setvariable variable=PATH]x", "issecret=true", "##["];
    const piece = fc.oneof(fc.constantFrom(...CODES, ...COMMANDS), hostileText, fc.string());
    const value = fc
      .array(piece)
      .map((pieces) => pieces.join(""))
      .filter((text) => !text.includes("$("));
    fc.assert(
      fc.property(value, (text) => {
        expect(setBy(text)).toEqual([set(text)]);
      }),
      { numRuns: 2000 },
    );
  });

  test.each(["$(REGISTRY_PASSWORD)", "/tmp/$(Build.BuildId)/x", "$("])(
    "a value that the agent would expand is refused: %s",
    async (value) => {
      expect(await complaint(() => line("DOCKER_CONFIG", value))).toBe(
        "BERTH_BAD_VALUE: DOCKER_CONFIG: its value has $( in it",
      );
    },
  );
});
