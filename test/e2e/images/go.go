package images

// Go is one static program, and nothing else.
var Go = Runtime{
	Name: "go", program: "test/e2e/images/goserver",
	entrypoint: []string{"/goserver"},
}
