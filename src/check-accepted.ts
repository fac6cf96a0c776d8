import { BerthError } from "./errors.ts";
import type { GatherOptions } from "./gather.ts";
import type { Machine } from "./machine.ts";
import type { Plan } from "./plan.ts";
import type { Progress } from "./progress.ts";
import { removeOwn } from "./remove.ts";

/** Throws BERTH_NOT_ACCEPTED where a registry does not accept what the job's clients will send; a new berth is removed then. */
export const checkAccepted = async (
  { output, directory, update }: Plan,
  options: GatherOptions,
  progress: Progress,
  machine: Machine,
): Promise<void> => {
  const { verify } = await import("./doctor/doctor.ts");
  const env = { ...machine.env, ...Object.fromEntries(output.variables) };
  for (const name of output.unset) delete env[name];
  const registries = output.registries.map(({ registry }) => registry);
  const [first, ...others] = await verify(registries, options, { ...machine, env }, progress);
  if (first === undefined) return;
  // Nothing will use it, nor clean it up.
  if (!update) await removeOwn(directory.path, machine.uid);
  const more = others.map(({ registry, problem }) => `; ${registry}: ${problem}`).join("");
  throw new BerthError(
    "BERTH_NOT_ACCEPTED",
    `${first.registry}: ${first.problem}${more}`,
    first.hint,
  );
};
