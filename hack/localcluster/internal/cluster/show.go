package cluster

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Show writes what a person wants to know of a cluster.
func (s State) Show(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "PROCESS\tPID\tSTATE\tCPU\tMEMORY\tLOG")
	for _, p := range s.Processes {
		state, cpu, memory := "ended", "-", "-"
		if p.Alive() {
			state = "running"
			if used, ok := p.Use(); ok {
				cpu, memory = fmt.Sprintf("%.1fs", used.CPUSeconds), fmt.Sprintf("%.0fMi", used.MemoryMiB)
			}
		}
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%s\t%s\n", p.Name, p.PID, state, cpu, memory, p.Log)
	}
	fmt.Fprintln(t)
	for _, line := range [][2]string{
		{"kubernetes", s.Version}, {"server", s.Server}, {"etcd", s.Etcd},
		{"kubeconfig", s.Kubeconfig}, {"kubectl", s.Kubectl}, {"audit log", s.AuditLog},
	} {
		if line[1] != "" {
			fmt.Fprintf(t, "%s\t%s\n", line[0], line[1])
		}
	}
	return t.Flush()
}
