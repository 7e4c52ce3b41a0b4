// Package controllers holds the thin shells around the pure core: they read facts, call plan.Build, apply, observe,
// judge and write the status. What a site should be like is decided elsewhere.
//
// One reconcile of a site is a list of steps; the first that cannot go on says why, and the status always says how far
// it came:
//
//	gather ─► image ─► claim hosts ─► withdraw ─► build plan ─► gate ─► apply ─► release claims
//	   │        │           │            │            │          │        │
//	   └────────┴───────────┴────────────┴────────────┴──────────┴────────┴──► judge what is live ─► status ─► events
//
// A host is held by a HostClaim of its name. Only the site that is its holder lets go of it, once nothing routes the
// host any more; a claim whose holder is gone is dropped in the name of that holder:
//
//	          create (the API server lets one win)
//	nobody ──────────────────────────────────────► held by site UID
//	  ▲                                              │
//	  └──────────────────────────────────────────────┘
//	    the site gave the host up, or is proven gone by a live read;
//	    its routes are removed first; delete by UID and resourceVersion
//
// An image is let in by an ImageScan, one for each digest and ruleset, whoever names it. The scanner beside the manager
// does the work; the operator asks, polls, and writes the verdict down once:
//
//	a site names a digest ─► ImageScan ─► asked ─► queued, running ─► Clean │ Leaking │ Incomplete
//	                                       ▲                              └► Error ─┐
//	                                       └──────────── after a pause ◄────────────┘
//
// What a site serves is looked at by PagesReconciler, which writes nothing: what it saw goes into the site's status, where
// the next process finds it.
//
// Nothing is kept in memory that a restart cannot rebuild, but which optional kinds the cluster has.
package controllers
