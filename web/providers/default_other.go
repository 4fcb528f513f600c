//go:build !windows

package providers

// DefaultDir is where the administrator keeps the provider records.
func DefaultDir() string { return "/etc/cnie/providers.d" }
