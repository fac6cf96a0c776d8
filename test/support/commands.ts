/** One kind of CI command that needs a registry's authorization, as a job writes it. */
export interface Command {
  readonly name: string;
  readonly shell: string;
  readonly programs: readonly string[];
  /**
   * Uses `$BERTH_IMAGE`, the folder `image` and, of the images of others, `$BASE`, `$FURTHER` and `$TAG`, an image that the job may
   * delete.
   */
  readonly script: string;
  /** What it writes to stdout, from the label and the digest of the image in `image`. */
  stdout(image: { readonly label: string; readonly digest: string }): string;
}

/**
 * Shell functions that keep buildah and podman in the job's own storage, whose driver works everywhere, and leave out of stderr
 * their warnings about the machine: no ranges of user ids, old control groups.
 */
export const OWN_STORAGE = ["buildah", "podman"]
  .map(
    (it) =>
      `${it}() { command ${it} --log-level error --root "$PWD/s" --runroot "$PWD/r" --storage-driver vfs "$@"; }`,
  )
  .join("\n");

const LABEL = `{{index .Labels "berth.test"}}`;

const build: Command = {
  name: "build",
  shell: "dash",
  programs: ["dash", "buildah", "skopeo"],
  script: `
    base=$(buildah from --quiet --tls-verify=false "$BASE")
    echo content > content
    buildah copy --quiet "$base" content /content > /dev/null
    buildah commit --quiet "$base" dir:built > /dev/null
    skopeo inspect --format '${LABEL}' dir:built`,
  stdout: () => "group/base",
};

const publish: Command = {
  name: "publish",
  shell: "bash",
  programs: ["bash", "buildah", "skopeo"],
  script: `
    skopeo copy --quiet --dest-tls-verify=false dir:image "docker://$BERTH_IMAGE:skopeo"
    buildah push --quiet --tls-verify=false "$(buildah pull --quiet dir:image)" "docker://$BERTH_IMAGE/sub:buildah"
    skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$BERTH_IMAGE:skopeo"
    skopeo inspect --tls-verify=false --format '${LABEL}' "docker://$BERTH_IMAGE/sub:buildah"`,
  stdout: ({ digest, label }) => `${digest}\n${label}`,
};

const cleanUp: Command = {
  name: "clean up",
  shell: "busybox sh",
  programs: ["busybox", "skopeo"],
  script: `
    skopeo delete --tls-verify=false "docker://$TAG"
    if skopeo inspect --tls-verify=false "docker://$TAG" 2> error; then echo still there; fi
    grep -o 'manifest unknown' error | uniq`,
  stdout: () => "manifest unknown",
};

const deploy: Command = {
  name: "deploy",
  shell: "zsh",
  programs: ["zsh", "docker", "skopeo"],
  script: `
    for image in "$BASE" "$FURTHER"; do
      skopeo inspect --tls-verify=false --format '${LABEL}' "docker://$image"
      docker manifest inspect --insecure "$image" | grep -c '"config"'
    done`,
  stdout: () => "group/base\n1\nshared/tool\n1",
};

/** Each kind of CI command that needs a registry's authorization. */
export const commands: readonly Command[] = [build, publish, cleanUp, deploy];
