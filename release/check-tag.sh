#!/bin/sh
# Whether the tag $1 can be released. Its release notes go to stdout.
set -eu

fail() {
  printf 'release: %s\n' "$1" >&2
  exit 1
}

tag=$1
version=$(node --print 'require("./package.json").version')
[ "$tag" = "v$version" ] || fail "the tag is $tag, but package.json has the version $version"
newest=$(git tag --list 'v*.*.*' --sort=version:refname | tail -n 1)
[ "$tag" = "$newest" ] || fail "$tag is not the newest version, which is ${newest:-none}"
grep -q "^      default: $version\$" templates/ci-env/template.yml ||
  fail "templates/ci-env/template.yml installs another version than $version"
notes=$(awk -v version="$version" '/^## / { mine = $2 == version; next } mine' CHANGELOG.md)
[ -n "$notes" ] || fail "CHANGELOG.md has nothing below a heading \"## $version\""
printf '%s\n' "$notes"
