import template from "../../templates/pipelines/drone.yml" with { type: "text" };
import { checkOneLine } from "../variables.ts";
import { type CiSystem, required } from "./system.ts";

export const drone = {
  name: "drone",
  title: "Drone",
  documentation: "https://docs.drone.io/pipeline/environment/reference/",
  variables: [
    { name: "DRONE", means: "tells that it is Drone" },
    { name: "CI", means: "tells Woodpecker, a fork, from it" },
    { name: "CI_SYSTEM_NAME", means: "the same" },
    { name: "DRONE_BUILD_LINK", means: "which server and repository", required: true },
    { name: "DRONE_BUILD_NUMBER", means: "which build", required: true },
    { name: "DRONE_STAGE_NUMBER", means: "which pipeline of it", required: true },
  ],
  registry: "",
  persist: { by: "nothing", because: "each step of Drone is a container of its own" },
  template: { path: ".drone.yml", text: template },
  detect: (env) =>
    env["DRONE"] === "true" && ![env["CI"], env["CI_SYSTEM_NAME"]].includes("woodpecker"),
  job: (env) => {
    const link = required(env, drone, "DRONE_BUILD_LINK");
    const build = required(env, drone, "DRONE_BUILD_NUMBER");
    const stage = required(env, drone, "DRONE_STAGE_NUMBER");
    const url = checkOneLine(`${link}/${stage}`, "DRONE_BUILD_LINK/DRONE_STAGE_NUMBER");
    return { id: `${build}-${stage}`, key: [link, build, stage], url };
  },
  access: () => ({ logins: [], notices: [] }),
} as const satisfies CiSystem;
