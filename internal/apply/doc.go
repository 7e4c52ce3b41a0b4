// Package apply makes a plan true: it compares every planned child with the live one, makes those that are missing, changes
// those that differ by server-side apply under one field manager, takes away what others added, and removes what is no
// longer planned.
//
// Inputs are a site, its plan and a cached reader; the output says what is live now and what had been changed by
// somebody else. It decides nothing about policy, and it never touches an object that the site does not own.
//
// The order is the promise that nothing is exposed before it is protected. At every moment one of these is true:
//
//	route not wanted ──► delete route ─► policies ─► ServiceAccount ─► Deployment ─► … ─► edge protections
//	route wanted     ─────────────────► policies ─► ServiceAccount ─► Deployment ─► … ─► edge protections ─► route
//	                                                                                  then delete what is left over
//
// and the first error ends the run, so that nothing after it is written. docs/design/0007-create-by-post.md says how
// a child is created without adopting one that exists, and who owns its fields.
//
// It imports neither render's builders nor edge; only their names of labels and the field manager.
package apply
