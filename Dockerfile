# syntax=docker/dockerfile:1
# The operator: one static program, no shell, no user but a number.
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
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -ldflags "-s -w" -o /manager ./cmd/manager

FROM scratch
ARG VERSION=dev REVISION=unknown
LABEL org.opencontainers.image.title="hustings" \
      org.opencontainers.image.description="Kubernetes operator for campaign websites: hardened, limited, watched" \
      org.opencontainers.image.source="https://github.com/hustings/hustings" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=build /manager /manager
USER 65532:65532
ENTRYPOINT ["/manager"]
