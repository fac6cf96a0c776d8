/** Where the credentials that a job inherits are; what is not there is not looked at. Absolute paths. */
export interface Sources {
  /** Docker's directory, and the config in it. */
  readonly base?: { readonly directory: string; readonly file: string };
  /** The auth.json files of podman, buildah and skopeo, the one that counts first. */
  readonly containers: readonly string[];
  /** helm's registry config. */
  readonly helm?: string;
}

export const noSources: Sources = { containers: [] };
