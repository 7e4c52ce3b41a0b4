package pages

import (
	"bytes"
	"encoding/binary"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/hustings/hustings/internal/leak/unpack"
)

// mediaNames are the endings of pictures, sound, film and fonts. SVG is text and none of them.
var mediaNames = []string{
	".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".ico", ".bmp", ".tif", ".tiff", ".heic",
	".woff", ".woff2", ".ttf", ".otf", ".eot", ".mp3", ".m4a", ".ogg", ".oga", ".wav", ".flac", ".mp4", ".m4v", ".webm", ".mov", ".avi",
}

func isMediaName(p string) bool { return slices.Contains(mediaNames, strings.ToLower(path.Ext(p))) }

// mediaType is what an answer says it is; it may lie.
func mediaType(h http.Header) string {
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

func isMediaType(h http.Header) bool {
	top, sub, _ := strings.Cut(mediaType(h), "/")
	return top == "image" && !strings.HasPrefix(sub, "svg") || top == "audio" || top == "video" || top == "font"
}

// isMedia says whether an answer is what people see and hear, by its word and by how it begins.
func isMedia(h http.Header, head []byte) bool {
	if !isMediaType(h) {
		return false
	}
	sniffed, _, err := mime.ParseMediaType(http.DetectContentType(head))
	return err == nil && isMediaType(http.Header{"Content-Type": {sniffed}})
}

// kinds are what an answer may be: what it says, what it was named for, and what it looks like. All are tried, for what is
// one thing to us may be another to a browser.
type kinds struct {
	html, script, style, json, xml, robots, manifest bool
}

func kindsOf(v *visit, a *answer, text []byte) kinds {
	kind, ext := mediaType(a.header), strings.ToLower(path.Ext(v.url.Path))
	begin := bytes.TrimLeft(bytes.TrimPrefix(text[:min(len(text), 512)], []byte("\xef\xbb\xbf")), " \t\r\n")
	isTag := bytes.HasPrefix(begin, []byte("<"))
	isXML := bytes.HasPrefix(begin, []byte("<?xml")) || bytes.HasPrefix(begin, []byte("<urlset")) || bytes.HasPrefix(begin, []byte("<sitemapindex"))
	return kinds{
		html:     !isXML && (isTag || v.role == page && strings.Contains(kind, "html")),
		script:   !isTag && (strings.Contains(kind, "javascript") || strings.Contains(kind, "ecmascript") || v.role == script || ext == ".js" || ext == ".mjs"),
		style:    !isTag && (strings.Contains(kind, "css") || v.role == style || ext == ".css"),
		json:     !isTag && (strings.Contains(kind, "json") || bytes.HasPrefix(begin, []byte("{")) || bytes.HasPrefix(begin, []byte("["))),
		xml:      v.role == sitemap || isXML,
		robots:   v.role == robots && !isTag,
		manifest: !isTag && (v.role == manifest || strings.Contains(kind, "manifest")),
	}
}

// textOf is what links are taken from: the head as UTF-8; nil, it is no text.
func textOf(v *visit, head []byte) []byte {
	begin := head[:min(len(head), 512)]
	switch unpack.Sniff("", begin) {
	case unpack.UTF16LE:
		return fromUTF16(head, binary.LittleEndian)
	case unpack.UTF16BE:
		return fromUTF16(head, binary.BigEndian)
	case unpack.Gzip:
		if v.role == sitemap {
			return unzipped(head)
		}
		return nil
	case unpack.None:
		if bytes.HasPrefix(begin, []byte("%PDF")) || bytes.HasPrefix(begin, []byte("\x7fELF")) {
			return nil
		}
		return head
	default:
		return nil
	}
}

func fromUTF16(text []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, 0, len(text)/2)
	for ; len(text) > 1; text = text[2:] {
		units = append(units, order.Uint16(text))
	}
	return []byte(strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff"))
}

// unzipped is a sitemap that is packed, as far as it is needed.
func unzipped(head []byte) []byte {
	var out bytes.Buffer
	budget := unpack.NewBudget(maxHead, 1, ratio)
	// What was unpacked before any error is what there is.
	_ = unpack.Walk(unpack.Gzip, bytes.NewReader(head), budget, func(m unpack.Member) error {
		_, err := out.ReadFrom(m.Body)
		return err
	})
	return out.Bytes()
}
