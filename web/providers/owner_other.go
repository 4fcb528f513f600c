//go:build !unix

package providers

import "os"

// checkOwner accepts every file: on systems without Unix owners the access
// rules of the directory are the administrator's whole protection.
func checkOwner(*os.File) error { return nil }
