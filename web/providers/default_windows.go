package providers

import (
	"os"
	"path/filepath"
)

// DefaultDir is where the administrator keeps the provider records.
func DefaultDir() string {
	return filepath.Join(os.Getenv("ProgramData"), "cnie", "providers.d")
}
