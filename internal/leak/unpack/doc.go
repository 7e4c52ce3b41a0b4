// Package unpack undoes what web sites and image layers wrap bytes in: compression, archives, UTF-16, databases, git
// packs. A container goes in as a stream, its members come out one after another, each as a stream; nothing is opened by
// name, no link is followed, and nothing is kept but zip's list of members and a small database.
//
// The bytes are hostile. A Budget bounds what comes out, and every decoder's working memory is bounded: about 40 MiB, or
// 64 MiB and a little for SQLite. What cannot be read to its end is an error that says so, after all that could be read
// was visited; never silence. Package unpack imports nothing that can look at the world.
package unpack
