import { containers } from "./as-containers.ts";
import { buildx, docker, helm } from "./as-docker.ts";
import type { Use } from "./found.ts";
import type { Place } from "./place.ts";
import type { Sight } from "./sight.ts";

/** What each client would use for an image or registry, and why. Pure. */
export const usesOf = (place: Place, sight: Sight): readonly Use[] => [
  { client: "docker", ...docker(place, sight) },
  { client: "buildx", ...buildx(place, sight) },
  { client: "podman, buildah", ...containers(place, sight.podman) },
  { client: "skopeo", ...containers(place, sight.skopeo) },
  { client: "helm", ...helm(place, sight) },
];
