import type { Machine } from "../machine.ts";
import type { Progress } from "../progress.ts";
import { askIdentity, hintFor } from "./examine.ts";
import { type LookOptions, look } from "./look.ts";
import { placeOfKey } from "./place.ts";

/** A registry that does not accept the job's credential, and why. */
export interface NotAccepted {
  readonly registry: string;
  readonly problem: string;
  readonly hint: string;
}

/**
 * Asks registries, or parts of them, by the keys of a config, whether they accept what the clients of a process with this environment would send them. Out:
 * those that do not. Plain data in and out: this is a file of its own (release/build.ts), which knows no secrets of its caller.
 */
export const verify = async (
  registries: readonly string[],
  options: LookOptions,
  machine: Machine,
  progress: Progress,
): Promise<readonly NotAccepted[]> => {
  const places = registries.map(placeOfKey).filter((place) => place !== undefined);
  const sight = await look(options, places, machine);
  const outcomes = await Promise.all(
    places.map((place) => progress(`asking ${place.name}`, askIdentity(place, sight, machine))),
  );
  return places.flatMap(({ name }, index) =>
    (outcomes[index] ?? [])
      .filter(({ isGood }) => !isGood)
      .map(({ kind, text }) => ({ registry: name, problem: text, hint: hintFor(kind) })),
  );
};
