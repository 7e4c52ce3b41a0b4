// Command hustings renders and judges CampaignSites without a cluster: what it says of a manifest is what the operator
// would do with it, as both call plan.Build. It reads the files that it is given and nothing else: no network, no
// kubeconfig, no environment. The exception is scan, which looks for secrets in images and pages where a person says so.
package main
