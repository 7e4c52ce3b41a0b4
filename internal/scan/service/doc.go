// Package service is the scanner as a process of its own: it takes requests over a unix socket, looks at images and pages
// in a bounded queue in which namespaces take turns, and gives each result out once. The manager asks through a Client and
// polls; the scanner holds no token, and when it dies it costs its jobs a retry and the manager nothing.
//
//	          enqueue             a worker is free            the work returns
//	unknown ───────────► Queued ───────────────► Running ─────────────────────► Done
//	   ▲                    │ nobody asks             │                           │
//	   ├────────────────────┴─────────────────────────┘                           │
//	   │                           the process dies: all is forgotten             │
//	   └──────────────────────────────────────────────────────────────────────────┘
//	                     the result was given out, or nobody came for it
//
// The package knows nothing of how images and pages are looked at: Work brings the three kinds as functions.
package service
