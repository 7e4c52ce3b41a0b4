package compliance

// Catalogue is every control, in the order in which people read them: the pod and its image, its network, what it
// gives away, what is before it, whether it stays up, and whether all that is still so.
func Catalogue() []Control {
	return []Control{
		podRestrictedControl(),                // no way from the pod to the node
		podLeastPrivilegeControl(),            // nor what "restricted" does not see
		podReadOnlyRootControl(),              // an intruder cannot change the program
		podNoServiceAccountTokenControl(),     // nor talk to the API server
		podNoServiceLinksControl(),            // nor read who else is there
		podResourceLimitsControl(),            // a flood does not starve neighbours
		podProbesControl(),                    // a hung pod gets no traffic
		imageDigestPinnedControl(),            // what was reviewed is what runs
		imageRegistryAllowedControl(),         // and comes from where it was reviewed
		networkDefaultDenyControl(),           // nothing by default
		networkIngressEdgeOnlyControl(),       // nobody past the limits
		networkEgressAllowlistControl(),       // nothing out, no metadata
		namespaceRestrictedControl(),          // no other pod under the site's labels
		networkEnforcedControl(),              // policies are more than text
		leaksManifestControl(),                // no secret in what anybody may read
		leaksImageControl(),                   // nor in what is shipped
		leaksServedControl(),                  // nor in what is served
		leaksExposedFilesControl(),            // nor a file that nobody meant to serve
		edgeRateLimitControl(),                // a client's rate is bounded
		edgeInFlightControl(),                 // and its slow requests
		edgeBodyLimitControl(),                // and its large ones
		edgeTLSControl(),                      // nobody reads or changes pages on the way
		edgeRedirectControl(),                 // not even the first request
		edgeSecurityHeadersControl(),          // browsers defend the visitors
		edgeHostClaimedControl(),              // nobody takes another's name
		edgeRequiredControl(),                 // the class's musts
		availabilityReplicasControl(),         // the loss of a pod is not an outage
		availabilityDisruptionBudgetControl(), // maintenance neither
		availabilitySpreadControl(),           // nor the loss of a node or zone
		integrityNoDriftControl(),             // what runs is what was judged
	}
}
