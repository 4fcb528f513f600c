package refusal

// Reasons of the files of the document (ICAO Doc 9303-10, 4.6.2, and 9303-11,
// 5.1).
const (
	// FileNotListed: the security object has no digest for the file.
	FileNotListed Reason = "file_not_listed"
	// FileHashMismatch: a file other than the ones below is not the one that was signed.
	FileHashMismatch Reason = "file_hash_mismatch"
	// DG1HashMismatch: DG1 is not the one that was signed.
	DG1HashMismatch Reason = "dg1_hash_mismatch"
	// DG2HashMismatch: DG2 is not the one that was signed.
	DG2HashMismatch Reason = "dg2_hash_mismatch"
	// DG11HashMismatch: DG11 is not the one that was signed.
	DG11HashMismatch Reason = "dg11_hash_mismatch"
	// DG14HashMismatch: DG14 is not the one that was signed.
	DG14HashMismatch Reason = "dg14_hash_mismatch"
	// DG15HashMismatch: DG15 is not the one that was signed.
	DG15HashMismatch Reason = "dg15_hash_mismatch"
	// FileMalformed: a file has the signed digest but does not follow its syntax.
	FileMalformed Reason = "file_malformed"
)

func fileReasons() []Reason {
	return []Reason{
		FileNotListed, FileHashMismatch, DG1HashMismatch, DG2HashMismatch,
		DG11HashMismatch, DG14HashMismatch, DG15HashMismatch, FileMalformed,
	}
}
