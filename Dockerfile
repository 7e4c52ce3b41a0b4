# syntax=docker/dockerfile:1
# The operator: two static programs, no shell, no user but a number. The scanner is run from the same image by its command.
FROM --platform=$BUILDPLATFORM golang:1.26 AS build
ARG TARGETOS TARGETARCH
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY api api
COPY cmd cmd
COPY config config
COPY controllers controllers
COPY internal internal
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -ldflags "-s -w" -o / ./cmd/manager ./cmd/scanner

FROM scratch
ARG VERSION=dev REVISION=unknown
LABEL org.opencontainers.image.title="hustings" \
      org.opencontainers.image.description="Kubernetes operator for campaign websites: hardened, limited, watched" \
      org.opencontainers.image.source="https://github.com/hustings/hustings" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
# What registries are trusted by.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /manager /scanner /
USER 65532:65532
ENTRYPOINT ["/manager"]
