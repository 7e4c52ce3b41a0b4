// Package leaks measures what the leak scanner finds, beside what others find in the same files.
package leaks
