import { BerthError } from "../errors.ts";
import type { HttpRequest } from "../network/request.ts";
import type { Notice } from "../notice.ts";
import type { LoginRequest } from "../registries/kind.ts";
import type { Secret } from "../secret.ts";
import type { Shell } from "../shells/shell.ts";
import type { Env, JobVariables } from "../variables.ts";

/** A variable that a CI system gives to its jobs and berth reads. */
interface Variable {
  readonly name: string;
  readonly means: string;
  readonly secret?: true;
  /** A token that is good for as long as the job runs, and no longer. */
  readonly endsWithJob?: true;
  /** Without it the job cannot be told from others. */
  readonly required?: true;
}

/**
 * Which job this is: `id` for people; `key` is unique among all jobs that may share a machine. Both are the same in every shell of
 * the job: they are in the name of its directory.
 */
export interface Job {
  readonly id: string;
  readonly key: readonly string[];
  /** Its page on the web. */
  readonly url?: string;
}

/** How the later steps of a job get variables. */
export type Persist =
  /** By a file that the CI reads after the step; `variable` names it. `mustExist`: the CI has made it, or reads none. */
  | {
      readonly by: "file";
      readonly variable: string;
      readonly shell: Shell;
      readonly mustExist: boolean;
    }
  /** By a line of the log that the CI understands, with a value that is no secret. */
  | { readonly by: "log"; line(name: string, value: string): string }
  /** By a program of the CI's. */
  | {
      readonly by: "program";
      command(name: string, value: string): readonly [program: string, ...args: string[]];
    }
  /** By themselves: what one command exports the next ones have. */
  | { readonly by: "shell" }
  | { readonly by: "nothing"; readonly because: string };

/** For whom a token is to be that says who the job is. */
export interface Audience {
  /** What the user has asked for. */
  readonly asked?: string | undefined;
  /** What the party that is to trust it usually wants; where nothing is usual, it is the CI's own default. */
  readonly usual?: string | undefined;
  /** Azure: the id of the service connection that the token is to be of. */
  readonly serviceConnection?: string | undefined;
}

/** Where such a token is: with the job, or to be asked for by a request, in a field of the answer, or by a program that prints it. */
export type IdTokenSource =
  | { readonly token: Secret; readonly name: string }
  | { readonly request: HttpRequest; readonly field: string }
  | { readonly command: readonly [program: string, ...args: string[]] };

/** How a job gets a token that says who it is (OpenID Connect). */
export interface IdTokens {
  /** Nothing where the job has none. */
  source(variables: JobVariables, audience: Audience): IdTokenSource | undefined;
  /** What to do then. */
  readonly hint: string;
  /** How a job gets one for another audience, where the pipeline says which. */
  readonly forAnother?: string;
  /** It may be of a service connection. */
  readonly ofConnections?: true;
  /** Variables with the server's URL: it may be asked without TLS where that has none. */
  readonly servers?: readonly string[];
}

/** How the log of a job is told to hide a value. */
export type Mask =
  /** By a line of the log, on stderr, that the CI takes out. */
  | { readonly by: "log"; line(value: string): string }
  /** By a program that reads it. */
  | { readonly by: "program"; readonly command: readonly [program: string, ...args: string[]] };

/** How long a job may run from now on, at most; `isUsual`: by the vendor's default, which the job may have changed. */
export interface TimeLimit {
  readonly seconds: number;
  readonly isUsual?: true;
}

/** What a registry does not let the job do with an image. */
export interface Denied {
  readonly action: "pull" | "push";
  readonly host: string;
  readonly repository: string;
}

/** A pipeline to copy. */
interface Template {
  /** Where it belongs in a repository. */
  readonly path: string;
  readonly text: string;
}

export interface LoginOptions {
  readonly gitlabCredentials: "job" | "deploy";
  /** The variable that holds the token, instead of the system's own. */
  readonly tokenEnv?: string;
  /** The registry that the token is for, instead of the one that the server's URL leads to. */
  readonly registryHost?: string;
}

/** What a job can log in to by itself, and why not to more. */
export interface Access {
  /** The job's own registry, `host[:port]`. */
  readonly registry?: string;
  /** The job's own image repository in it, lower case. */
  readonly image?: string;
  readonly logins: readonly LoginRequest[];
  readonly notices: readonly Notice[];
}

export interface CiSystem {
  readonly name: string;
  readonly title: string;
  /** The vendor's page of variables. */
  readonly documentation: string;
  readonly variables: readonly Variable[];
  /** Which registry it has of its own, for people, in Markdown; empty where it has none. */
  readonly registry: string;
  /** A directory of this job alone, which the CI empties by itself at the job's end. */
  readonly tempDirVariable?: string;
  readonly persist: Persist;
  readonly idTokens?: IdTokens;
  readonly mask?: Mask;
  /** Nothing where it is not known. */
  timeLimit?(env: Env, now: Date): TimeLimit | undefined;
  /** What to do where a registry does not let the job pull or push; `event` is what a file of the CI's says of it. */
  advise?(denied: Denied, env: Env, event: unknown): string | undefined;
  /** How to have a credential for its registry that lasts longer than the job. */
  readonly lasting?: string;
  /** A file with what has started the job. */
  readonly eventVariable?: string;
  /** No variable tells a job of this system: it is named, wherever it is. */
  readonly onlyByName?: true;
  readonly template: Template;
  /** Whether these are the variables of a job of this system and of no look-alike. */
  detect(env: Env): boolean;
  /** What tells the tokens of its jobs, wherever they lie: how they begin, and the user that no other credential has. */
  readonly jobTokens?: { readonly prefix: string; readonly user?: string };
  /** Throws BERTH_MISSING_VARIABLE. */
  job(env: Env): Job;
  access(variables: JobVariables, options: LoginOptions): Access;
}

/** The value of a variable without which the job cannot be told from others. Throws BERTH_MISSING_VARIABLE. */
export const required = (env: Env, system: CiSystem, name: string): string => {
  const value = env[name];
  if (value !== undefined) return value;
  const list = system.variables
    .map((variable) => `${variable.name}${variable.required ? " (always)" : ""}`)
    .join(", ");
  throw new BerthError(
    "BERTH_MISSING_VARIABLE",
    `${name} is not set: this is not a job of ${system.title}`,
    `outside of CI give a file of a job's variables with --env-file; berth reads: ${list}`,
  );
};
