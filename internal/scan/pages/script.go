package pages

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"
)

// apiPath begins the paths behind which sites keep their data.
var apiPath = regexp.MustCompile(`(?i)^/(?:_?api|rest|v\d+|graphql|wp-json|data|ajax|rpc|export|_next/data|\.netlify/functions)(?:/|\?|$)`)

// dataNames are the endings of what holds data, and codeNames of what holds code.
var (
	dataNames = []string{
		".json", ".csv", ".tsv", ".xml", ".sql", ".xlsx", ".xls", ".ndjson", ".jsonl", ".geojson", ".txt", ".vcf", ".yaml", ".yml",
		".db", ".sqlite", ".zip", ".gz", ".log",
	}
	codeNames = []string{".js", ".mjs", ".map", ".css", ".html", ".htm", ".webmanifest"}
)

// urlByte says which bytes URLs in scripts have.
var urlByte = func() (set [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_~%./?=&+-:@") {
		set[c] = true
	}
	return set
}()

// scriptRefs is what a script names: what it imports, and the paths among its strings that look like data or code. A script
// may put paths together; those are not found. Bundles are large, and every byte of them is looked at at most twice.
func scriptRefs(text []byte) []ref {
	var all refs
	const longest = 400
	if bytes.Contains(text, []byte(`\/`)) {
		text = bytes.ReplaceAll(text, []byte(`\/`), []byte(`/`))
	}
	for i := 0; i < len(text); {
		if !isQuote(text[i]) {
			i++
			continue
		}
		end := i + 1
		for end < len(text) && urlByte[text[end]] {
			end++
		}
		if end < len(text) && isQuote(text[end]) && end-i > 2 && end-i < longest {
			if r, ok := stringRef(string(text[i+1:end]), importer(text[:i])); ok && !all.add(r) {
				break
			}
		}
		i = end
	}
	return all.list
}

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

// importer says whether what stands before a string makes it the name of a script.
func importer(before []byte) bool {
	const back = 24
	before = bytes.TrimRight(before[max(0, len(before)-back):], " \t\r\n(")
	for _, word := range []string{"import", "from", "importScripts", "Worker", ".register"} {
		if bytes.HasSuffix(before, []byte(word)) {
			return true
		}
	}
	return false
}

// stringRef is what a string of a script names, if anything.
func stringRef(to string, isImport bool) (ref, bool) {
	name, _, _ := strings.Cut(to, "?")
	ext := strings.ToLower(path.Ext(name))
	isData, isCode := slices.Contains(dataNames, ext), slices.Contains(codeNames, ext)
	here := to
	if _, rest, ok := strings.Cut(to, "://"); ok {
		at := strings.IndexByte(rest, '/')
		if at < 0 {
			return ref{}, false
		}
		here = rest[at:]
	}
	isRooted := strings.HasPrefix(here, "/") && !strings.HasPrefix(here, "//")
	switch {
	case isImport && (isRooted || strings.HasPrefix(to, ".")):
		return ref{to: to, role: script}, true
	case isImport && isCode:
		return ref{to: to, role: script, guess: true, ofPage: true}, true
	case path.Base(name) == ext: // an ending alone
	case isRooted && (isData || apiPath.MatchString(here)):
		return ref{to: to, role: data}, true
	case isRooted && isCode:
		return ref{to: to, role: roleOf(ext)}, true
	case isData && !strings.Contains(to, ":"):
		return ref{to: to, role: data, guess: true, ofPage: true}, true
	}
	return ref{}, false
}

// roleOf is what a name says a URL is for.
func roleOf(ext string) role {
	switch ext {
	case ".js", ".mjs":
		return script
	case ".css":
		return style
	case ".map":
		return sourceMap
	}
	return page
}
