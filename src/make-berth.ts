import { apply } from "./apply.ts";
import { BerthError } from "./errors.ts";
import { type GatherOptions, gather } from "./gather.ts";
import type { Machine } from "./machine.ts";
import { makePlan, type Plan, type PlanOptions } from "./plan.ts";
import { DEFAULT_STALE, removeStale } from "./remove.ts";

const ATTEMPTS = 10;

/** What would be made. Throws as `gather` and `makePlan` say. */
export const planBerth = async (
  options: GatherOptions & PlanOptions,
  machine: Machine,
): Promise<Plan> => makePlan(await gather(options, machine), options);

/**
 * Makes the berth, or renews it, where `check` does not throw. Two runs of one job at once both succeed: the one that was
 * overtaken looks again. Throws as `planBerth`, `check` and `apply` say.
 */
export const makeBerth = async (
  options: GatherOptions & PlanOptions,
  machine: Machine,
  check: (plan: Plan) => Promise<unknown> = async () => undefined,
): Promise<Plan> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const plan = await planBerth(options, machine);
    await check(plan);
    if (await apply(plan, machine.uid)) return plan;
  }
  throw new BerthError(
    "BERTH_DISK",
    "the job's directory keeps being made and removed by others",
    "do runs of berth ci-env and berth cleanup of the same job overlap?",
  );
};

/** Removes forgotten berths beside this one, where the CI does not empty the place by itself. */
export const sweepBeside = async (
  { directory }: Plan,
  { uid, now }: Pick<Machine, "uid" | "now">,
): Promise<void> => {
  if (directory.temp.emptiedByCi) return;
  await removeStale(directory.root, uid, { maxAge: DEFAULT_STALE, now });
};
