// Package allow reads and writes lists of findings that are no leaks: by fingerprint, or by rule and path, each with a
// reason and an end. An entry says what it says in a class's leaks.allow, and matches what it matches there.
//
//	allow:
//	- fingerprint: 0f52c1…
//	  reason: the example key of the vendor's documentation
//	  expires: 2027-05-06
//
// Inputs: YAML, findings, a time. Outputs: which entry allows which finding, and YAML. It reads no files.
package allow
