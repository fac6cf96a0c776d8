#!/bin/sh
# GitHub runs an action from the files that its tag points at, and dist is in no commit. This makes one,
# HEAD with dist, on no branch, and has the tags $1 (vX.Y.Z) and vX of the remote "origin" point at it.
set -eu

tag=$1
tested=$(git rev-parse HEAD)
git add --force dist

# The same commit each time, so that a second run finds its work done.
GIT_AUTHOR_NAME=berth GIT_AUTHOR_EMAIL=berth@localhost GIT_AUTHOR_DATE=$(git log -1 --format=%cI)
GIT_COMMITTER_NAME=berth GIT_COMMITTER_EMAIL=berth@localhost GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE
export GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_COMMITTER_DATE
release=$(git commit-tree "$(git write-tree)" -p "$tested" -m "$tag with dist")

object=$(git ls-remote origin "refs/tags/$tag" | cut -f1)
commit=$(git ls-remote origin "refs/tags/$tag^{}" | cut -f1)
case ${commit:-$object} in
  "$tested" | "$release") ;;
  *)
    echo "release: $tag no longer points at $tested, which was tested" >&2
    exit 1
    ;;
esac
git push --quiet --atomic "--force-with-lease=refs/tags/$tag:$object" origin \
  "$release:refs/tags/$tag" "+$release:refs/tags/${tag%%.*}"
