// Package mounted looks for secrets and lists of people in the ConfigMaps that a site mounts.
//
// In: their contents, as the manager read them from the API server; a leak.Scanner, which says what is a secret. Out: one
// result. The file of a place is the ConfigMap's name and the key, with a slash between them; Whole marks the names of the
// ConfigMaps that were looked at wholly. A ConfigMap that is not there, one that is too large and one that takes too long are
// gaps. The package reads nothing by itself and imports no client.
package mounted
