#!/bin/sh
# Builds and pushes the two images of the tag $2 (vX.Y.Z), with the job's credentials by the berth at $1.
set -eu

berth=$1
version=${2#v}
statements=$("$berth" ci-env)
eval "$statements"
trap '"$berth" cleanup' EXIT

# Of a context, because buildx takes no TLS from DOCKER_CERT_PATH: https://github.com/docker/buildx/issues/413
docker context create berth-release
docker buildx create --use --name berth-release --driver docker-container berth-release
for image in docker-cli bare; do
  docker buildx build --push --platform linux/amd64,linux/arm64 --provenance mode=max --sbom true \
    --file "release/$image.Dockerfile" --tag "$BERTH_IMAGE:$version-$image" .
done
docker buildx rm berth-release
