package main

// classYAML is a class, and the namespace alice.
const classYAML = `apiVersion: hustings.dev/v1alpha1
kind: SiteClass
metadata: {name: standard, annotations: {hustings.dev/is-default-class: "true"}}
spec:
  hosts: [{namespaces: [alice], suffixes: [alice.example.org]}]
  images: {registries: [registry.example.org]}
  accept: [network.enforced]
  edge:
    driver: Traefik
    ingressClassName: traefik
    pods: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: traefik}}}
    defaults: {perClient: {requestsPerSecond: 20, burst: 40, inFlight: 20}, site: {inFlight: 2000}, request: {maxBodyBytes: 65536}}
  network:
    dns: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}
    egress: [{name: donations, cidrs: [192.0.2.0/24], ports: [443]}]
---
apiVersion: v1
kind: Namespace
metadata: {name: alice, labels: {pod-security.kubernetes.io/enforce: restricted}}
`
