package service

import "errors"

// Errors of a Client, for errors.Is.
var (
	// ErrUnavailable: nobody answers on the socket, or the connection was lost. The scanner is starting again; what it had
	// queued is forgotten, so ask again later.
	ErrUnavailable = errors.New("the scanner does not answer")
	// ErrBusy: the queue is full, or the wait was too long. Ask again later.
	ErrBusy = errors.New("the scanner is busy")
	// ErrRefused: the request itself is wrong, and asking again does not help.
	ErrRefused = errors.New("the scanner refuses the request")
	// ErrFailed: the work was tried and could not be done, such as when a registry does not know a tag.
	ErrFailed = errors.New("the scanner could not do it")
)
