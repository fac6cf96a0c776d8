import type { CiName } from "../../../../src/ci/index.ts";
import type { Variables } from "../../../fixtures/environments.ts";
import type { JobEnv } from "../../../support/job.ts";
import type { Vendor } from "./job.ts";
import type { Endings, Words } from "./outcomes.ts";

/** A job of a pipeline to copy. */
export interface Row {
  readonly system: CiName;
  /** The shell, where a system takes the one that it finds. */
  readonly shell?: string;
  readonly programs?: readonly string[];
  readonly vendor: Vendor;
  /** What the CI sets. */
  readonly env: Variables;
  /** What a person sets up, or the CI itself. */
  secrets(token: string): JobEnv;
  readonly user: string;
  readonly image: string;
  readonly tag: string;
  readonly berth: string;
  ends(words: Words): Endings;
  /** It goes with the job's container: nothing else removes it. */
  readonly isLeft?: true;
}

/** Where berths lie that are in the system's temp directory. */
export const TMP = "<folder>/tmp/berth-<uid>";

/** Where they do in the CI's own directory for the job. */
export const OWN = "<folder>/ci/berth-<uid>";
