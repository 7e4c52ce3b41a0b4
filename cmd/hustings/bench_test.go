package main

import (
	"bytes"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"testing"
)

// large uses most of what a site can say.
const large = `  tls: {secretName: alice-tls}
  replicas: {min: 3, max: 12}
  resources: {cpu: 100m, memory: 128Mi}
  writablePaths: [/tmp]
  env:
  - {name: GREETING, value: hello}
  - {name: API_KEY, secretKeyRef: {name: api, key: token}}
  files:
  - {mountPath: /etc/site, configMapName: site-config}
  health: {path: /healthz}
  edge:
    perClient: {requestsPerSecond: 20, burst: 40, inFlight: 20}
    site: {inFlight: 2000}
    request: {maxBodyBytes: 65536, methods: [GET, HEAD, POST]}
    headers: {contentSecurityPolicy: {defaultSrc: ["'self'"], connectSrc: ["'self'", "https://donate.example.org"]}}
  egress:
  - {name: donations, cidrs: [192.0.2.10/32], ports: [443]}
`

// small is what a site needs to pass.
const small = "  tls: {secretName: alice-tls}\n"

// fleet is n sites and their class.
func fleet(n int, spec string) []byte {
	var b bytes.Buffer
	b.WriteString(classYAML)
	for i := range n {
		fmt.Fprintf(&b, `---
apiVersion: hustings.dev/v1alpha1
kind: CampaignSite
metadata: {name: site-%[1]d, namespace: alice}
spec:
  image: registry.example.org/alice/site@sha256:%[2]s
  hosts: [site-%[1]d.alice.example.org, www.site-%[1]d.alice.example.org]
  port: 8080
%[3]s`, i, strings.Repeat("0123456789abcdef", 4), spec)
	}
	return b.Bytes()
}

// BenchmarkValidate is the whole run: reading, schema, rules, plan, controls and JSON, for 1,000 sites. For the speed of
// one core, run it with -cpu 1.
func BenchmarkValidate(b *testing.B) {
	for name, spec := range map[string]string{"large": large, "small": small} {
		b.Run(name, func(b *testing.B) { benchmarkFleet(b, spec) })
	}
}

func benchmarkFleet(b *testing.B, spec string) {
	const sites = 1000
	data := fleet(sites, spec)
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	b.ReportAllocs()
	for b.Loop() {
		if code := run([]string{"validate", "-f", "-", "-o", "json"}, bytes.NewReader(data), io.Discard, io.Discard); code != exitOK {
			var out bytes.Buffer
			run([]string{"validate", "-f", "-"}, bytes.NewReader(data), &out, io.Discard)
			b.Fatalf("exit code %d\n%.2000s", code, out.String())
		}
	}
	b.ReportMetric(float64(sites)*float64(b.N)/b.Elapsed().Seconds(), "sites/s")
}
