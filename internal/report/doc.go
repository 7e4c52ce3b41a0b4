// Package report says what was found: it plans every site of a collection of manifests, turns verdicts and problems
// into findings with a place, and writes them as text or JSON. What a scan found it writes in the same shape, and as SARIF.
//
// Inputs: what internal/manifest collected or a scan saw, and a time. Outputs: a Report or LeakReport, and its formats. It
// reads no files and knows no exit codes' meaning beyond what an Outcome says.
package report
