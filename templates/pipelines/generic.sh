#!/bin/sh
# A script for a job of any CI: publish.sh. The machine has docker and Node 20.19 or later; the CI
# gives REGISTRY_USER, REGISTRY_PASSWORD and, in BERTH_JOB_ID, what tells the job from all others.
set -e
REGISTRY=registry.example.com
COMMIT="$(git rev-parse HEAD)"
npm install --global berth-ci
trap 'berth cleanup generic' EXIT
eval "$(berth ci-env generic --registry "$REGISTRY,username-env=REGISTRY_USER,password-env=REGISTRY_PASSWORD")"
docker build --tag "$REGISTRY/app:$COMMIT" .
docker push "$REGISTRY/app:$COMMIT"
