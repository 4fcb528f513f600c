package issuer

import "slices"

// Named is a profile that is made here, with a name to choose it by.
type Named struct {
	Name    string
	About   string // what the document is, in one line
	Profile Profile
}

// Profiles lists the named profiles, the default first.
func Profiles() []Named {
	return []Named{
		{"cnie", "French identity card: PACE GM and IM, chip authentication with AES-256 on brainpoolP256r1", Specimen()},
		{"passport", "French passport as of 2017: TD3, PACE GM on P-256, chip authentication with 3DES, no ChipAuthenticationInfo", Passport()},
		{"cam", "Chip authentication mapping, with EF.CardSecurity, EF.DIR and EF.ATR/INFO", chipAuthenticationMapping()},
		{"active-rsa", "Active authentication only: RSA-2048 with SHA-256, no chip authentication", activeRSA()},
		{"active-ecdsa", "Active authentication only: ECDSA on brainpoolP256r1, no chip authentication", activeECDSA()},
		{"bac", "Passport before PACE: Basic Access Control only, no chip proof", beforePACE()},
		{"pin", "Identity card with PIN and PUK besides the CAN", withPIN()},
		{"short", "Identity card that refuses extended length", shortLength()},
		{"select", "Identity card that refuses short file identifiers: every file has to be selected", withoutShortIdentifiers()},
		{"large", "Photo of 40 KiB in ISO 39794-5 and JPEG 2000, several chip keys, P-384", largePhoto()},
	}
}

// FindProfile gives the profile of a name.
func FindProfile(name string) (Profile, bool) {
	all := Profiles()
	i := slices.IndexFunc(all, func(n Named) bool { return n.Name == name })
	if i < 0 {
		return Profile{}, false
	}
	return all[i].Profile, true
}

// Specimen is the default document: a French identity card of MARIE ANNE
// SPECIMEN, valid until 2036, on a chip that acts as the French card is known
// to.
func Specimen() Profile {
	return Profile{
		Format: "TD1", DocumentCode: "ID", IssuingState: "FRA", DocumentNumber: "SPEC00001",
		FamilyName: "SPÉCIMEN", GivenNames: []string{"MARIE", "ANNE"}, OtherNames: nil,
		Nationality: "FRA", BirthDate: "1990-07-13", Sex: "F",
		BirthPlace: []string{"SPÉCIMEN-SUR-MER", "FRA"},
		Address:    []string{"1 RUE DU SPÉCIMEN", "00000 SPÉCIMEN", "FRA"},
		IssueDate:  "2026-01-15", ExpiryDate: "2036-01-14",
		IssuingAuthority: "CNIE LABORATORY SPECIMEN",
		Files:            []string{"DG1", "DG2", "DG11", "DG12", "DG14"},
		LDSVersion:       lds18,
		Face:             Face{Format: "ISO 19794-5", Image: "JPEG"},
		CAN:              "574139",
		PACE:             []PACE{{Mapping: "GM"}, {Mapping: "IM"}},
		Cipher:           "AES-256", Curve: "brainpoolP256r1", NonceLength: 16,
		ATR: atrContact, ATRContactless: atrContactless,
		ExtendedLength: true, ShortIdentifiers: true, SelectMF: "6A86",
	}
}

// Answers to reset: of the French identity card by contact and contactless,
// and that of a contactless chip without historical bytes (PC/SC part 3,
// 3.1.3.2.3).
const (
	atrContact     = "3BDB96FF80B1FE451F870031C164093772130F9000F4"
	atrContactless = "3B8B80010031C1640937721300900051"
	atrPlain       = "3B80800101"
)

// Passport is a French passport as the one of 2017 was seen, of the same
// person. Its CAN is an assumption; its validity is not of 2017, so that it
// can be used.
func Passport() Profile {
	p := Specimen()
	p.Format, p.DocumentCode, p.DocumentNumber = "TD3", "P", "SPEC00017"
	p.Files = []string{"DG1", "DG2", "DG3", "DG11", "DG12", "DG13", "DG14"}
	p.LDSVersion, p.DG13 = lds17, "53504543494D454E" // SPECIMEN
	p.CAN, p.BAC = "581634", true
	p.PACE, p.Curve = []PACE{{Mapping: "GM"}}, "P-256"
	p.ChipKeys = []ChipKey{{Cipher: "3DES", WithoutInfo: true}}
	p.Contactless, p.ATRContactless, p.SelectMF = true, atrPlain, "9000"
	return p
}

func chipAuthenticationMapping() Profile {
	p := Specimen()
	p.DocumentNumber = "SPEC00002"
	p.PACE = []PACE{{Mapping: "CAM"}, {Mapping: "GM"}}
	p.Files = append(p.Files, "CardSecurity", "DIR", "ATRInfo")
	p.SelectMF = "9000"
	return p
}

func activeRSA() Profile {
	p := Passport()
	p.DocumentNumber, p.LDSVersion, p.DG13 = "SPEC00018", lds17, ""
	p.Files = []string{"DG1", "DG2", "DG15"}
	p.ChipKeys = []ChipKey{}
	p.ActiveAuthentication = &ActiveAuthentication{Algorithm: "RSA"}
	return p
}

func activeECDSA() Profile {
	p := activeRSA()
	p.DocumentNumber, p.LDSVersion = "SPEC00019", lds18
	p.Files = []string{"DG1", "DG2", "DG14", "DG15"}
	p.Curve = "brainpoolP256r1"
	p.ActiveAuthentication = &ActiveAuthentication{Algorithm: "ECDSA"}
	return p
}

func beforePACE() Profile {
	p := activeRSA()
	p.DocumentNumber, p.CAN, p.PACE = "SPEC00020", "", []PACE{}
	p.Files, p.ActiveAuthentication = []string{"DG1", "DG2"}, nil
	p.ExtendedLength = false
	return p
}

func withPIN() Profile {
	p := Specimen()
	p.DocumentNumber, p.PIN, p.PUK, p.PINTries = "SPEC00003", "271828", "3141592653", 3
	return p
}

func shortLength() Profile {
	p := Specimen()
	p.DocumentNumber, p.ExtendedLength = "SPEC00004", false
	return p
}

func withoutShortIdentifiers() Profile {
	p := Specimen()
	p.DocumentNumber, p.ShortIdentifiers, p.SelectMF = "SPEC00006", false, "9000"
	return p
}

func largePhoto() Profile {
	p := Specimen()
	p.DocumentNumber, p.Curve = "SPEC00005", "P-384"
	p.Face = Face{Format: "ISO 39794-5", Image: "JPEG 2000", Size: 40 << 10}
	one, many := 1, 300
	p.ChipKeys = []ChipKey{{ID: &one, Cipher: "AES-128"}, {ID: &many}}
	return p
}
