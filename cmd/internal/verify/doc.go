// Package verify is the command “cnie verify”: it checks the files of a document
// and the evidence record of a login again, offline. Package record judges; what
// is here reads the command line and tells people and programs what came out.
//
// It opens no network connection, and no reader.
package verify
