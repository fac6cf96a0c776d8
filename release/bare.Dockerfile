# berth alone, for other images: COPY --from=IMAGE /berth-glibc /usr/local/bin/berth (Debian, Fedora and their relatives),
# or COPY --from=IMAGE /berth-musl /usr/local/bin/berth (Alpine, with "apk add libstdc++").
# An image without a C library, such as kaniko's, also needs COPY --from=IMAGE /musl/ /lib/ for the latter.
FROM scratch AS berth-amd64
COPY executables/berth-linux-x64 /berth-glibc
COPY executables/berth-linux-x64-musl /berth-musl

FROM scratch AS berth-arm64
COPY executables/berth-linux-arm64 /berth-glibc
COPY executables/berth-linux-arm64-musl /berth-musl

# By tag, for Alpine's fixes; alpine:3.23@sha256:… would keep it as it is.
FROM alpine:3.23 AS musl
# No version: Alpine's repositories hold one at a time.
# hadolint ignore=DL3018
RUN apk add --no-cache libstdc++ && mkdir /musl && \
    cp -L /lib/ld-musl-*.so.1 /usr/lib/libstdc++.so.6 /usr/lib/libgcc_s.so.1 /musl/

# The stage above for the platform that is built.
# hadolint ignore=DL3006
FROM berth-${TARGETARCH} AS berth

FROM scratch
COPY --from=musl /musl /musl
COPY --from=berth --chmod=755 /berth-glibc /berth-musl /
COPY executables/LICENSES.txt /LICENSES.txt
