package certificate

import "slices"

// Deviation is a stable name of something in a certificate or revocation list
// that differs from DER, RFC 5280 or ICAO Doc 9303-12 and was let pass, because
// authorities issue it and it makes nothing ambiguous. Deviations are for
// reports; no decision of this package depends on them.
type Deviation string

// Encoding: what differs from DER (ITU-T X.690).
const (
	WrittenDefault   Deviation = "written_default"    // a value is there although it is the default (11.5)
	TrueNotFF        Deviation = "true_not_ff"        // TRUE as another octet than FF (11.1)
	TrailingZeroBits Deviation = "trailing_zero_bits" // of keyUsage (11.2.2)
	UnsortedSet      Deviation = "unsorted_set"       // SET OF that is not in ascending order (11.6)
	UnusualTime      Deviation = "unusual_time"       // time without seconds, or not in UTC (11.7, 11.8)
)

// Fields: what differs from RFC 5280, 4.1, 5.1 and appendix A, and from the
// algorithms of RFC 4055 and RFC 5758.
const (
	OldVersion           Deviation = "old_version"            // not version 3 (4.1.2.1)
	NegativeSerial       Deviation = "negative_serial"        // serial number below zero (4.1.2.2)
	ZeroSerial           Deviation = "zero_serial"            // serial number zero (4.1.2.2)
	LongSerial           Deviation = "long_serial"            // serial number of more than 20 octets (4.1.2.2)
	EarlyGeneralizedTime Deviation = "early_generalized_time" // GeneralizedTime of a year before 2050 (4.1.2.5)
	InvertedValidity     Deviation = "inverted_validity"      // the end is before the beginning
	UniqueIdentifier     Deviation = "unique_identifier"      // issuerUniqueID or subjectUniqueID (4.1.2.8)
	AlgorithmParameters  Deviation = "algorithm_parameters"   // NULL where nothing belongs, or the other way round
	MissingNextUpdate    Deviation = "missing_next_update"    // revocation list without nextUpdate (5.1.2.5)
	EmptyList            Deviation = "empty_list"             // revokedCertificates without an entry (5.1.2.6)
	DuplicateEntry       Deviation = "duplicate_entry"        // revocation list with a serial number twice
)

// Names: what differs from RFC 5280, 4.1.2.4, and ICAO Doc 9303-12, 7.1.
const (
	EmptyName          Deviation = "empty_name"            // issuer or subject without an attribute
	MissingCountry     Deviation = "missing_country"       // no countryName
	RepeatedCountry    Deviation = "repeated_country"      // more than one countryName
	CountryCase        Deviation = "country_case"          // countryName not in upper case
	CountryForm        Deviation = "country_form"          // countryName is not two letters of a PrintableString
	StringType         Deviation = "string_type"           // neither UTF8String nor PrintableString, where one of them belongs
	IllegalCharacters  Deviation = "illegal_characters"    // characters that the type of the string does not have
	NamesDifferInStyle Deviation = "names_differ_in_style" // issuer and subject are one name in two encodings
)

// Extensions: what differs from RFC 5280, 4.2 and 5.2, and from the
// profiles of ICAO Doc 9303-12 for certificates (7.1) and revocation lists.
const (
	MissingSubjectKeyID     Deviation = "missing_subject_key_id"    // of an authority
	MissingAuthorityKeyID   Deviation = "missing_authority_key_id"  // of a certificate that another key signed, or of a list
	MissingKeyUsage         Deviation = "missing_key_usage"         // no keyUsage
	MissingBasicConstraints Deviation = "missing_basic_constraints" // keyCertSign without basicConstraints
	MissingPrivateKeyUsage  Deviation = "missing_private_key_usage" // no privateKeyUsagePeriod
	MissingNumber           Deviation = "missing_crl_number"        // revocation list without cRLNumber
	NotCritical             Deviation = "not_critical"              // keyUsage or basicConstraints are not critical
	NeedlesslyCritical      Deviation = "needlessly_critical"       // critical where it must not be
	EmptyKeyUsage           Deviation = "empty_key_usage"           // keyUsage without a bit
	ForeignKeyUsage         Deviation = "foreign_key_usage"         // keyUsage of an authority or signer that has more bits than its task
	AuthorityMismatch       Deviation = "authority_mismatch"        // cA and keyCertSign contradict each other
	PathLength              Deviation = "path_length"               // authority whose pathLenConstraint is not 0, or one without cA
	LongNumber              Deviation = "long_crl_number"           // cRLNumber negative or of more than 20 octets
	ReasonCode              Deviation = "reason_code"               // entry with a reason "unspecified", which is to be left out (5.3.1)
)

// Keys: what differs from ICAO Doc 9303-12, 4.4, and BSI TR-03111.
const (
	NamedCurve       Deviation = "named_curve"       // domain parameters by name and not explicit
	ParameterLengths Deviation = "parameter_lengths" // coefficients with dropped or added leading zeros
)

// noted is the deviations found so far, each once, in the order of finding.
type noted []Deviation

func (n *noted) add(d Deviation) {
	if !slices.Contains(*n, d) {
		*n = append(*n, d)
	}
}

func (n *noted) addIf(found bool, d Deviation) {
	if found {
		n.add(d)
	}
}

// list is what is published: exactly as long as needed, nil when empty.
func (n noted) list() []Deviation {
	if len(n) == 0 {
		return nil
	}
	return append(make([]Deviation, 0, len(n)), n...)
}
