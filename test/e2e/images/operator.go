package images

// Operator is what the Dockerfile makes: manager and scanner, and nothing else.
func Operator(manager, scanner string) Runtime {
	return Runtime{Name: "operator", entrypoint: []string{"/manager"}, copied: map[string]string{"/manager": manager, "/scanner": scanner}}
}
