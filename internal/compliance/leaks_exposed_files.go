package compliance

import hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"

func leaksExposedFilesControl() Control {
	return Control{
		ID: "leaks.exposed-files", Group: GroupLeaks, Severity: hustingsv1alpha1.SeverityHigh,
		Title:       "The site serves no file that was not meant for visitors",
		Remediation: "Keep the file out of the folder that is served (.git, .env, backups, dumps), and turn off the page (directory listings, server status, debug pages) in the server's configuration.",
		Check:       func(in Input) Outcome { return served(in, in.Facts.Served.Files) },
	}
}
