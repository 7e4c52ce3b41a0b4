package service

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// Paths of the socket's interface.
const (
	pathImage   = "/v1/image"
	pathPages   = "/v1/pages"
	pathResolve = "/v1/resolve"
	pathHealth  = "/healthz"
)

const (
	// maxAnswer is what an answer may have: etcd, where results end, is not made for more.
	maxAnswer = 64 << 10
	// askTimeout bounds a question that is answered from memory.
	askTimeout = 5 * time.Second
	// resolveTimeout bounds the wait for a registry; the server gives up before.
	resolveTimeout = 30 * time.Second
	// idleConns are kept for the manager's workers.
	idleConns = 4
)

// Client asks the scanner. It may be shared, and holds nothing that a restart of the scanner makes stale.
type Client struct {
	http *http.Client
}

// NewClient is a client of the scanner behind a unix socket. It does not connect before it is asked something.
func NewClient(socket string) *Client {
	dialer := &net.Dialer{}
	return &Client{http: &http.Client{
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return dialer.DialContext(ctx, "unix", socket)
			},
			MaxIdleConnsPerHost: idleConns,
			IdleConnTimeout:     time.Minute,
			DisableCompression:  true,
		},
		// The scanner redirects nowhere; a scanner that was taken over does not send the manager anywhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Image says how far the scan of an image is, and enqueues it when it is not known. It returns at once: call it again.
func (c *Client) Image(ctx context.Context, r ImageRequest) (ImageAnswer, error) {
	var answer ImageAnswer
	err := c.ask(ctx, askTimeout, pathImage, r, &answer)
	return answer, err
}

// Pages says how far the scan of a site's pages is, and enqueues it when it is not known. It returns at once.
func (c *Client) Pages(ctx context.Context, r PagesRequest) (PagesAnswer, error) {
	var answer PagesAnswer
	err := c.ask(ctx, askTimeout, pathPages, r, &answer)
	return answer, err
}

// Resolve asks the registry which digest a tag stands for, and waits for it, at most half a minute.
func (c *Client) Resolve(ctx context.Context, r ResolveRequest) (ResolveAnswer, error) {
	var answer ResolveAnswer
	err := c.ask(ctx, resolveTimeout, pathResolve, r, &answer)
	return answer, err
}

// Healthy is nil when the scanner answers.
func (c *Client) Healthy(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://scanner"+pathHealth, nil)
	if err != nil {
		return fmt.Errorf("make the request: %w", err)
	}
	_, err = c.do(request)
	return err
}

// ask sends a question and reads its answer.
func (c *Client) ask(ctx context.Context, limit time.Duration, path string, question, answer any) error {
	body, err := json.Marshal(question)
	if err != nil {
		return fmt.Errorf("%w: write the question: %w", ErrRefused, err)
	}
	bounded, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	request, err := http.NewRequestWithContext(bounded, http.MethodPost, "http://scanner"+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("make the request: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	data, err := c.do(request)
	if err != nil {
		if cause := ctx.Err(); cause != nil {
			// The caller gave up; that says nothing about the scanner.
			return fmt.Errorf("ask the scanner: %w", cause)
		}
		return err
	}
	if err := json.Unmarshal(data, answer); err != nil {
		return fmt.Errorf("%w: its answer cannot be read", ErrUnavailable)
	}
	return nil
}

// do sends a request and returns what a good answer holds.
func (c *Client) do(request *http.Request) ([]byte, error) {
	response, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, reason(err))
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, reason(err))
	}
	if len(data) > maxAnswer {
		return nil, fmt.Errorf("%w: its answer is larger than %d KiB", ErrUnavailable, maxAnswer>>10)
	}
	if response.StatusCode != http.StatusOK {
		return nil, refusal(response.StatusCode, data)
	}
	return data, nil
}

// reason is why a request was lost, without the URL that means nothing to people.
func reason(err error) error {
	var lost interface{ Unwrap() error }
	var op *net.OpError
	switch {
	case errors.As(err, &op):
		return op
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("no answer in time")
	case errors.As(err, &lost) && lost.Unwrap() != nil:
		return lost.Unwrap()
	}
	return err
}

// problem is the body of an answer that is no answer.
type problem struct {
	Message string `json:"message"`
}

// refusal is the error that a status stands for.
func refusal(status int, data []byte) error {
	kind := ErrUnavailable
	switch {
	case status == http.StatusTooManyRequests, status == http.StatusGatewayTimeout:
		kind = ErrBusy
	case status == http.StatusBadGateway:
		kind = ErrFailed
	case status >= http.StatusBadRequest && status < http.StatusInternalServerError:
		kind = ErrRefused
	}
	var said problem
	if err := json.Unmarshal(data, &said); err != nil || said.Message == "" {
		return fmt.Errorf("%w: status %d", kind, status)
	}
	return fmt.Errorf("%w: %s", kind, said.Message)
}
