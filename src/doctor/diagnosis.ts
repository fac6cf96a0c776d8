import type { Finding } from "./finding.ts";
import type { Use } from "./found.ts";
import type { Outcome } from "./outcome.ts";
import type { Place } from "./place.ts";
import type { Sight } from "./sight.ts";

/** An image or registry, with what clients use for it, and what it says to that. */
export interface Examined {
  readonly place: Place;
  readonly uses: readonly Use[];
  readonly outcomes: readonly Outcome[];
}

export interface Diagnosis {
  readonly sight: Sight;
  readonly examined: readonly Examined[];
  readonly findings: readonly Finding[];
}
