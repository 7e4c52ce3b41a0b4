// Package manifest reads manifests as kubectl would and judges them as the API server would, without either: YAML and
// JSON streams become documents that know the file, line and column of every field, and documents become typed
// objects once the schemas and rules of the embedded CustomResourceDefinitions accept them.
//
// Inputs: paths, or bytes. Outputs: documents, typed objects, and Problems with a place. It reads hostile input: sizes,
// depth, aliases and the number of documents are bounded, and only regular files and standard input are opened.
//
// It imports neither plan, compliance nor report, and never the network, the environment or a kubeconfig.
package manifest
