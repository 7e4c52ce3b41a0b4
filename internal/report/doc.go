// Package report says what was found: it plans every site of a collection of manifests, turns verdicts and problems
// into findings with a place, and writes them as text or JSON.
//
// Inputs: what internal/manifest collected, and a time. Outputs: a Report, and its formats. It reads no files and knows
// no exit codes' meaning beyond what a Report's Outcome says.
package report
