// Package image scans container images for secrets: the config, the annotations and every layer, also what a later layer
// deletes. It streams: nothing is written to disk, and no path that a layer names is opened.
//
// # What a verdict covers
//
// The verdict of an image's digest covers its config and all of its layers. The verdict of an index covers every image in
// it that a Linux node may run, for nobody knows here which the scheduler will choose: entries of other systems, and those
// of platform unknown/unknown, which are attestations, are passed over. Indexes are followed two deep.
//
// Only bytes count whose digest and size are those that their descriptor names: what was found in others is dropped, and
// the verdict is Error. What can never be scanned, such as a schema 1 manifest, is a gap, and the verdict Incomplete.
//
// # Registries are not trusted
//
// Every address is checked when it is connected to, by package dial. Redirects are followed five times, never from https to
// http. Credentials stay with their host:
//
//   - The Authorization header goes to the registry's own host and port and to no target of a redirect.
//   - Credentials for the registry go to its token realm if that is the registry itself, or a host of the same registrable
//     domain over https: auth.docker.io for index.docker.io, gitlab.com for registry.gitlab.com. Any other realm is asked
//     for a token without credentials, which is enough for what is public.
//   - A token realm may redirect within its own host only.
//   - Plain HTTP is spoken on loopback only, and only if Options say so.
package image
