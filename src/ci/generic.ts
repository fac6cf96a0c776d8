import template from "../../templates/pipelines/generic.sh" with { type: "text" };
import { placesIn } from "../exports.ts";
import { randomUuid } from "../random.ts";
import { sha256 } from "../sha256.ts";
import type { Env } from "../variables.ts";
import type { CiSystem } from "./system.ts";

// As src/job-directory.ts names the berths of this system.
const BERTH =
  /[\\/]berth(?:-\d+)?[\\/]generic-([\w.-]{1,60})-[0-9a-f]{16}(?:\.exec-[0-9a-f-]+)?[\\/]?$/;

/** Which job the berth is of that the shell has evaluated. */
const ofThisShell = (env: Env): string | undefined =>
  placesIn(env)
    .map((place) => BERTH.exec(place)?.[1])
    .find((id) => id !== undefined);

/** An id that stands in the berth's name as it is, so that the name tells the whole of it. */
const inName = (id: string): string => (/^[\w.-]{1,60}$/.test(id) ? id : sha256(id).slice(0, 32));

const newId = (): string => randomUuid().slice(0, 13);

export const generic = {
  name: "generic",
  title: "Other CI",
  documentation: "README.md#other-ci-systems",
  variables: [
    { name: "BERTH_JOB_ID", means: "which job; where you do not set it, the shell's own berth" },
    { name: "DOCKER_CONFIG", means: "tells a shell's berth, to renew or remove it" },
    { name: "REGISTRY_AUTH_FILE", means: "the same" },
    { name: "HELM_REGISTRY_CONFIG", means: "the same" },
    { name: "WERF_DOCKER_CONFIG", means: "the same" },
  ],
  registry: "",
  persist: { by: "nothing", because: "how this CI hands variables over is not known" },
  template: { path: "publish.sh", text: template },
  // Nothing tells a system that is not known.
  onlyByName: true,
  detect: () => false,
  job: (env) => {
    const given = env["BERTH_JOB_ID"];
    const id = given === undefined ? (ofThisShell(env) ?? newId()) : inName(given);
    return { id, key: [id] };
  },
  access: () => ({ logins: [], notices: [] }),
} as const satisfies CiSystem;
