# The docker CLI and berth, of the executables that "npm run build:standalone" makes.
FROM scratch AS berth-amd64
COPY executables/berth-linux-x64-musl /berth

FROM scratch AS berth-arm64
COPY executables/berth-linux-arm64-musl /berth

# The stage above for the platform that is built.
# hadolint ignore=DL3006
FROM berth-${TARGETARCH} AS berth

# By tag, for Docker's and Alpine's fixes; docker:29-cli@sha256:… would keep it as it is.
FROM docker:29-cli
# bun's build for musl needs it. No version: Alpine's repositories hold one at a time.
# hadolint ignore=DL3018
RUN apk add --no-cache libstdc++
COPY --from=berth --chmod=755 /berth /usr/local/bin/berth
COPY executables/LICENSES.txt /usr/share/licenses/berth/LICENSES.txt
# That it runs with this musl and libstdc++.
RUN ["berth", "--version"]
