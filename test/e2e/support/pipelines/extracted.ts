import type { JobEnv } from "../../../support/job.ts";
import type { Vendor } from "./job.ts";

// CI systems whose pipelines are programs: their shell parts, found by strict patterns.

const found = (text: string, pattern: RegExp): readonly string[] => {
  const [, ...groups] = pattern.exec(text) ?? [];
  if (groups.length === 0) throw new Error(`nothing like ${pattern} in the pipeline`);
  return groups;
};

const one = (text: string, pattern: RegExp): string => found(text, pattern)[0] ?? "";

/** Jenkins: each `sh` is a process of its own, Debian's here, and `post { always { … } }` comes at the end. */
// https://github.com/jenkinsci/durable-task-plugin: BourneShellScript.java
export const jenkins: Vendor = async (pipeline, job) => {
  const script = one(pipeline, /^ {10}sh '''\n([^\\']*?)^ {10}'''$/ms);
  const post = one(pipeline, /^ {2}post \{\n {4}always \{\n {6}sh '([^\\'\n]*)'\n {4}\}\n {2}\}$/m);
  const registry = one(pipeline, /^ {2}environment \{\n {4}REGISTRY = '([^\\'\n]*)'\n {2}\}$/m);
  const variables = found(
    pipeline,
    /^ {8}withCredentials\(\[usernamePassword\(\n {10}credentialsId: '(\w+)',\n {10}usernameVariable: '(\w+)',\n {10}passwordVariable: '(\w+)'\n {8}\)\]\) \{$/m,
  );
  const [id = "", user = "", password = ""] = variables;
  const env = { ...job.env, REGISTRY: registry };
  const credentials = {
    [user]: job.secrets[`${id}.username`] ?? "",
    [password]: job.secrets[`${id}.password`] ?? "",
  };
  const file = await job.file("script.sh", `\n${script}`);
  await job.shell(["dash", "-xe", file], { ...env, ...credentials });
  await job.shell(["dash", "-xe", await job.file("post.sh", post)], env);
};

/** TeamCity: it puts the values of its parameters in place of `%name%`; a script that names no interpreter is for /bin/sh. */
// https://www.jetbrains.com/help/teamcity/command-line.html
export const teamcity =
  (parameters: JobEnv): Vendor =>
  async (pipeline, job) => {
    const [name = "", value = ""] = found(pipeline, /^ {8}params \{ param\("(\w+)", "(.*)"\) \}$/m);
    const known: JobEnv = { ...parameters, [name]: value };
    const resolved = (text: string): string =>
      text.replace(/%([\w.]+)%/g, (all, parameter: string) => known[parameter] ?? all);
    const script = one(
      pipeline,
      /^ {12}script \{\n {16}scriptContent = """\n(.*?)^ {16}"""\.trimIndent\(\)\n {12}\}$/ms,
    );
    const last = one(
      pipeline,
      /^ {12}script \{\n {16}executionMode = BuildStep\.ExecutionMode\.ALWAYS\n {16}scriptContent = "([^"\\$]*)"\n {12}\}$/m,
    );
    // In Kotlin's raw text $name would be a template.
    if (/\$[A-Za-z_{]/.test(script)) throw new Error("a template of Kotlin in the script");
    const env = { ...job.env, ...job.secrets };
    for (const [file, text] of [
      ["1.sh", script.replace(/^ {20}/gm, "")],
      ["2.sh", last],
    ] as const) {
      await job.shell(["/bin/sh", await job.file(file, resolved(text))], env);
    }
  };
