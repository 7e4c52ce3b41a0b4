package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hustings/hustings/test/leaks/corpus"
)

// seed of all that is made.
const seed = 20261103

const (
	megabyte = 1_000_000
	// npmSize is the size of the bundles that are taken from npm.
	npmSize = 75 * megabyte
	// sampleSize is what gitleaks is given of each corpus, so that a run takes minutes.
	sampleSize = 10 * megabyte
	// perMegabyte is how many secrets are in a MB where they are dense.
	perMegabyte = 30
)

// planted is where a secret was put: the truth about a tree. Line and columns are of what is unpacked; they are zero where
// the value cannot be read without decoding.
type planted struct {
	File string `json:"file"`
	Type string `json:"type"`
	Line int    `json:"line,omitempty"`
	From int    `json:"from,omitempty"`
	To   int    `json:"to,omitempty"`
}

// prepare makes all corpora in a folder. It is a process of its own, because what it needs would count as the memory of
// every process that is started by the one that made it.
func prepare(work, cache string) error {
	t := &trees{work: work}
	if err := t.bundles(filepath.Join(cache, "npm")); err != nil {
		return err
	}
	return errors.Join(t.mixed(), t.dense(), t.recall(), t.files(), t.samples(), t.debian(filepath.Join(cache, "debian")), t.image())
}

// trees makes trees of files.
type trees struct {
	work  string
	texts [][]byte
}

// write writes a file of a tree.
func (t *trees) write(tree, name string, data []byte) error {
	path := filepath.Join(t.work, tree, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return fmt.Errorf("write a file: %w", err)
	}
	return nil
}

// note writes something that the bench is to say, or the truth about a tree.
func (t *trees) note(name string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return t.write(".", name, data)
}

// bundles takes the bundles from npm, or makes some.
func (t *trees) bundles(cache string) error {
	files, err := npmFiles(cache, packages(), 7*megabyte)
	if err != nil {
		if noteErr := t.note("npm-missing.json", err.Error()); noteErr != nil {
			return noteErr
		}
		for i := range npmSize / (5 * megabyte) {
			files = append(files, source{fmt.Sprintf("made/%d.js", i), []byte(corpus.Bundle(corpus.Rand(seed, "bundle", i), 5*megabyte))})
		}
	}
	for _, f := range files {
		t.texts = append(t.texts, f.data)
	}
	unseen, err := npmFiles(cache, unseenPackages(), npmSize)
	if err != nil {
		if noteErr := t.note("unseen-missing.json", err.Error()); noteErr != nil {
			return noteErr
		}
	}
	return errors.Join(t.numbered("npm", files), t.numbered("unseen", unseen))
}

// numbered writes files under numbers, and notes what they were.
func (t *trees) numbered(tree string, files []source) error {
	said := map[string]string{}
	for i, f := range files {
		// A name of its own would be enough for gitleaks not to look at jquery.js.
		name := fmt.Sprintf("%04d%s", i, filepath.Ext(f.name))
		said[name] = f.name
		if err := t.write(tree, name, f.data); err != nil {
			return err
		}
	}
	return t.note(tree+"-names.json", said)
}

// dense makes files of bundles in which secrets stand at regular distances.
func (t *trees) dense() error {
	const files = 40
	types, all := corpus.Types(), strings.Builder{}
	for _, text := range t.texts {
		if all.Len() > files*megabyte {
			break
		}
		all.WriteString(strings.ToValidUTF8(string(text), "?"))
	}
	text, n := all.String(), 0
	var truth []planted
	for i := 0; i < files && (i+1)*megabyte <= len(text); i++ {
		var b strings.Builder
		name := fmt.Sprintf("dense/%03d.js", i)
		line, start := 1, 0
		for j := range perMegabyte {
			const step = megabyte / perMegabyte
			part := text[i*megabyte+j*step : i*megabyte+(j+1)*step]
			if nl := strings.LastIndexByte(part, '\n'); nl >= 0 {
				line, start = line+strings.Count(part, "\n"), b.Len()+nl+1
			}
			b.WriteString(part)
			k := types[n%len(types)]
			value := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(k.Make(corpus.Rand(seed, k.ID, n)))
			b.WriteString("\";var c={" + k.Camel() + ":\"")
			from := b.Len() - start + 1
			b.WriteString(value)
			truth = append(truth, planted{name, k.ID, line, from, from + len(value)})
			b.WriteString("\",mode:1};\"")
			n++
		}
		if err := t.write(".", name, []byte(b.String())); err != nil {
			return err
		}
	}
	return t.note("dense.json", truth)
}

// recall writes the cases of all types in all carriers, each in a folder of its own.
func (t *trees) recall() error {
	var truth []planted
	for c := range corpus.Cases(seed, corpus.Types(), corpus.Carriers(), 1, 1<<10) {
		name := c.Carrier.ID + "/" + c.Type.ID + "/" + c.File.Name
		if err := t.write("recall", name, c.File.Data); err != nil {
			return err
		}
		p := planted{File: name, Type: c.Type.ID}
		if len(c.File.Text) > 0 {
			p.Line, p.From = c.File.Line(), c.File.Column()
			p.To = p.From + c.File.To - c.File.From
		}
		truth = append(truth, p)
	}
	if err := t.note("recall.json", truth); err != nil {
		return err
	}
	for c := range corpus.Cases(seed, corpus.Unlisted(), corpus.Carriers(), 1, 1<<10) {
		if err := t.write("unlisted", c.Carrier.ID+"/"+c.Type.ID+"/"+c.File.Name, c.File.Data); err != nil {
			return err
		}
	}
	for c := range corpus.Cases(seed, corpus.Public()[:14], corpus.Carriers()[:1], 1, 1<<10) {
		if err := t.write("public", c.Carrier.ID+"/"+c.Type.ID+"/"+c.File.Name, c.File.Data); err != nil {
			return err
		}
	}
	return nil
}

// files writes typical files, each in a folder of its own, lists of people, and lists that may be seen.
func (t *trees) files() error {
	for i, f := range corpus.TypicalFiles(seed) {
		if err := t.write("typical", fmt.Sprintf("%02d/root/%s", i, f.File.Name), f.File.Data); err != nil {
			return err
		}
	}
	for tree, lists := range map[string][]corpus.List{"people": corpus.DonorLists(seed), "lists": corpus.InnocentLists(seed)} {
		for i, l := range lists {
			if err := t.write(tree, fmt.Sprintf("%02d/list/%s", i, l.Name), l.Data); err != nil {
				return err
			}
		}
	}
	return nil
}

// samples copies some files of a tree, evenly, for those who are slow.
func (t *trees) samples() error {
	for _, tree := range []string{"npm", "mixed", "dense"} {
		var paths []string
		total := int64(0)
		if err := walk(filepath.Join(t.work, tree), func(path string, info fs.FileInfo) {
			paths = append(paths, path)
			total += info.Size()
		}); err != nil {
			return err
		}
		rest := int64(sampleSize)
		for i, path := range paths {
			info, err := os.Stat(path)
			if err != nil {
				return fmt.Errorf("sample: %w", err)
			}
			// Every file has its turn once the share of files before it is used up; one that is too large is left out.
			due := sampleSize - int64(float64(sampleSize)*float64(i+1)/float64(len(paths)))
			if info.Size() > rest || rest-info.Size() < due-sampleSize/10 {
				continue
			}
			rest -= info.Size()
			if err := os.MkdirAll(filepath.Join(t.work, tree+"-sample"), 0o755); err != nil {
				return fmt.Errorf("sample: %w", err)
			}
			if err := os.Link(path, filepath.Join(t.work, tree+"-sample", fmt.Sprintf("%04d-%s", i, filepath.Base(path)))); err != nil {
				return fmt.Errorf("sample: %w", err)
			}
		}
	}
	return nil
}

// walk visits all files of a tree in their order.
func walk(root string, visit func(path string, info fs.FileInfo)) error {
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			visit(path, info)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("walk: %w", err)
	}
	return nil
}
