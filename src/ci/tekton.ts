import template from "../../templates/pipelines/tekton.yml" with { type: "text" };
import { BerthError } from "../errors.ts";
import type { CiSystem } from "./system.ts";

export const tekton = {
  name: "tekton",
  title: "Tekton",
  documentation: "https://tekton.dev/docs/pipelines/variables/",
  variables: [
    {
      name: "BERTH_JOB_ID",
      means: "which TaskRun: the Task sets it to `$(context.taskRun.uid)`",
      required: true,
    },
  ],
  registry: "",
  persist: { by: "nothing", because: "each step of Tekton is a container of its own" },
  template: { path: ".tekton/publish.yaml", text: template },
  // Tekton gives a step no variable of its own.
  onlyByName: true,
  detect: () => false,
  job: (env) => {
    const id = env["BERTH_JOB_ID"];
    // What Tekton does not know it leaves as it stands, the same in each TaskRun.
    if (id === undefined || id.startsWith("$(")) {
      throw new BerthError(
        "BERTH_MISSING_VARIABLE",
        "BERTH_JOB_ID is not set to the TaskRun's uid",
        "add to env: of the Task's step:  { name: BERTH_JOB_ID, value: $(context.taskRun.uid) }",
      );
    }
    return { id, key: [id] };
  },
  access: () => ({ logins: [], notices: [] }),
} as const satisfies CiSystem;
