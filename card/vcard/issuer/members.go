package issuer

import (
	"fmt"
	"strings"

	"cnie.example/card/vcard"
)

// maxText is the longest text of a profile, in characters.
const maxText = 200

// maxPhoto is the largest image of DG2, in bytes.
const maxPhoto = 512 << 10

func oneOf(about string, values ...string) rule {
	return rule{kind: kindString, about: about, enum: values, allowed: "one of " + strings.Join(values, ", ")}
}

func matching(about, pattern, allowed string) rule {
	return rule{kind: kindString, about: about, pattern: pattern, allowed: allowed}
}

// prose is text in national characters. A filler would part it in the files.
func prose(about string) rule {
	return rule{
		kind: kindString, about: about, pattern: "[^<]*", least: 1, most: maxText,
		allowed: fmt.Sprintf("text of 1 to %d printable characters without <", maxText),
	}
}

func listOf(about string, items rule, most int) rule {
	return rule{
		kind: kindArray, about: about, items: &items, most: most,
		allowed: fmt.Sprintf("a list of at most %d, each %s", most, items.allowed),
	}
}

func number(about string, least, most int) rule {
	return rule{kind: kindInteger, about: about, least: least, most: most, allowed: fmt.Sprintf("a number from %d to %d", least, most)}
}

func yesOrNo(about string) rule {
	return rule{kind: kindBoolean, about: about, allowed: "true or false"}
}

func hexadecimal(about string, least, most int) rule {
	return rule{
		kind: kindString, about: about, pattern: "([0-9A-Fa-f]{2})*", least: 2 * least, most: 2 * most,
		allowed: fmt.Sprintf("%d to %d bytes in hexadecimal", least, most),
	}
}

func objectOf(about string, members ...member) rule {
	var names []string
	for _, m := range members {
		names = append(names, m.name)
	}
	return rule{kind: kindObject, about: about, members: members, allowed: "an object with " + strings.Join(names, ", ")}
}

func (r rule) with(obligatory ...string) rule {
	r.obligatory = obligatory
	return r
}

func cipherRule(about string) rule { return oneOf(about, "3DES", "AES-128", "AES-192", "AES-256") }

func curveRule(about string) rule { return oneOf(about, curveNames()...) }

func keyIDRule(about string) rule { return number(about, 0, 1<<31-1) }

// maxScalar is the size of a private key on the largest curve, in bytes.
const maxScalar = 66

func state(about string) rule {
	return matching(about, "[A-Z]{1,3}", "one to three capital letters")
}

// profileRule is the description of a profile.
func profileRule() rule {
	return objectOf("One specimen document and its chip. Absent members have the values of the French identity card “cnie”.",
		concat(holderMembers(), fileMembers(), passwordMembers(), chipMembers())...)
}

func concat(lists ...[]member) (all []member) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func holderMembers() []member {
	day := `[0-9]{4}-[0-9]{2}-[0-9]{2}`
	optional := matching("", "[A-Z0-9<]{0,15}", "at most 15 of A–Z, 0–9 and <")
	optionalData := listOf("Optional data of the MRZ, before and behind the dates. TD1 has 15 and 11 characters; TD2 7 and TD3 14, without the second.", optional, 2)
	optionalData.least, optionalData.allowed = 2, "a list of two texts, each of "+optional.allowed
	return []member{
		{"format", oneOf("Form of the machine readable zone (ICAO Doc 9303, parts 4 to 6).", "TD1", "TD2", "TD3")},
		{"document_code", matching("Kind of document, as in the MRZ.", "[A-Z][A-Z<]?", "one or two capital letters")},
		{"issuing_state", state("Issuing state or organisation (ICAO Doc 9303-3, section 5).")},
		{"document_number", matching("Longer than nine characters it goes on in the optional data of TD1 and TD2.", "[A-Z0-9]{1,22}", "1 to 22 of A–Z and 0–9, at most 9 of them for TD3 and 14 for TD2")},
		{"family_name", prose("Primary identifier in national characters; transliterated in the MRZ, cut short where it does not fit.")},
		{"given_names", listOf("Secondary identifier, in the same way.", prose(""), 20)},
		{"other_names", listOf("Other names in DG11, such as a usage name.", prose(""), 20)},
		{"nationality", state("Nationality (ICAO Doc 9303-3, section 5).")},
		{"birth_date", matching("Date of birth, cut before what is not known or with zeros in its place; empty when nothing is.", `|[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?`, "YYYY-MM-DD, YYYY-MM, YYYY or nothing, of the calendar, or YYYY-MM-00, YYYY-00-00")},
		{"sex", oneOf("Sex in the MRZ; X is written as <.", "F", "M", "X")},
		{"birth_place", listOf("Place of birth in DG11, from the town to the country.", prose(""), 20)},
		{"address", listOf("Address in DG11, from the street to the country.", prose(""), 20)},
		{"issue_date", matching("Date of issue in DG12.", day, "YYYY-MM-DD of the calendar")},
		{"expiry_date", matching("Date of expiry in the MRZ.", day, "YYYY-MM-DD of the calendar")},
		{"issuing_authority", prose("Issuing authority in DG12.")},
		{"optional_data", optionalData},
		{"mrz", matching("All lines of the MRZ joined, instead of the computed one.", "[A-Z0-9<]{72}|[A-Z0-9<]{88}|[A-Z0-9<]{90}", "90, 72 or 88 of A–Z, 0–9 and <, for TD1, TD2 and TD3")},
	}
}

func fileMembers() []member {
	files := listOf("Files issued besides EF.COM, EF.SOD and, with PACE, EF.CardAccess. DG3 is there and never readable.", oneOf("", fileNames()...), len(fileNames()))
	files.unique, files.allowed = true, "a list, without repetition, of "+strings.Join(fileNames(), ", ")
	return []member{
		{"files", files},
		{"lds_version", oneOf("Version of the logical data structure in EF.COM, and with 0108 in EF.SOD.", lds17, lds18)},
		{"face", objectOf("How DG2 holds the photo.",
			member{"format", oneOf("Encoding of the biometric data block.", faceISO19794, faceISO39794)},
			member{"image", oneOf("Format of the image.", imageJPEG, imageJPEG2000)},
			member{"size", number("Least size of the image in bytes: comment segments fill it up. 0: as it is.", 0, maxPhoto)})},
		{"dg13", hexadecimal("Content of DG13, which every issuer defines for itself.", 1, 4096)},
	}
}

func passwordMembers() []member {
	return []member{
		{"can", matching("Card access number; empty for a chip without. The MRZ is always a password.", "(?:[0-9]{6})?", "six digits, or nothing")},
		{"pin", matching("PIN of PACE; a chip without when absent.", "[0-9]{4,16}", "4 to 16 digits")},
		{"puk", matching("PUK of PACE; a chip without when absent.", "[0-9]{4,16}", "4 to 16 digits")},
		{"pin_tries", number("Wrong PINs in a row that block the PIN; 3 when absent.", 1, 15)},
		{"pin_deactivated", yesOrNo("The chip has a PIN and never takes it.")},
		{"bac", yesOrNo("The chip speaks Basic Access Control by MRZ too.")},
	}
}

// faultPattern is the form of a fault; vcard.ParseFault looks at the numbers.
const faultPattern = `(cut|length|mac)@[1-9][0-9]{0,4}|late@[1-9][0-9]{0,4}=[0-9a-zµ.]{2,20}|status@[1-9][0-9]{0,4}=[0-9A-Fa-f]{4}` +
	`|clone|keep-keys|plain-after-pace|other-curve|leading-zero`

func chipMembers() []member {
	pace := objectOf("",
		member{"mapping", oneOf("Generic, integrated or chip authentication mapping.", "GM", "IM", "CAM")},
		member{"cipher", cipherRule("The profile's when absent.")},
		member{"curve", curveRule("The profile's when absent.")}).with("mapping")
	key := objectOf("",
		member{"id", keyIDRule("Identifier of the key; none when absent.")},
		member{"cipher", cipherRule("Cipher of the protocol that uses it; the profile's when absent.")},
		member{"curve", curveRule("The profile's when absent.")},
		member{"key", hexadecimal("Private key, of the size of the field; generated when absent.", 32, maxScalar)},
		member{"without_info", yesOrNo("DG14 has no ChipAuthenticationInfo for it.")})
	active := objectOf("Key of active authentication, in DG15.",
		member{"algorithm", oneOf("Kind of signature.", algorithmRSA, algorithmECDSA)},
		member{"bits", number("Size of the RSA modulus; 2048 when absent.", 1024, 4096)},
		member{"curve", curveRule("Curve of ECDSA; the profile's when absent.")},
		member{"hash", oneOf("Hash function; SHA-256 when absent.", hashNames()...)},
		member{"key", hexadecimal("RSAPrivateKey of PKCS #1 in DER, or the private number of ECDSA; generated when absent.", 32, 4096)}).with("algorithm")
	nonce := number("Size of the nonce of PACE in bytes.", 16, 32)
	nonce.allowed = "16 or 32"
	return []member{
		{"pace", listOf("Protocols of PACE that the chip speaks and EF.CardAccess lists; none for a chip without PACE.", pace, 8)},
		{"cipher", cipherRule("Cipher of PACE protocols and chip keys that name none.")},
		{"curve", curveRule("Curve of PACE protocols and chip keys that name none.")},
		{"nonce_length", nonce},
		{"chip_keys", listOf("Keys of chip authentication; none for a chip without. When absent, chip_key and chip_key_id describe the one key.", key, 8)},
		{"chip_key", hexadecimal("Private key of chip authentication when there is no chip_keys; generated when absent.", 32, maxScalar)},
		{"chip_key_id", keyIDRule("Identifier of that key; none when absent.")},
		{"active_authentication", active},
		{"contactless", yesOrNo("The chip answers to reset as over its antenna.")},
		{"atr", hexadecimal("Answer to reset by contact.", 2, 33)},
		{"atr_contactless", hexadecimal("Answer to reset over the antenna.", 2, 33)},
		{"extended_length", yesOrNo("The chip takes extended APDUs.")},
		{"short_protected", yesOrNo("Extended APDUs are refused under secure messaging.")},
		{"short_identifiers", yesOrNo("The chip takes short file identifiers; otherwise files have to be selected.")},
		{"max_response", number("Most bytes that a read gives, whatever it asks for; no limit when absent.", 64, vcard.LongestResponse)},
		{"select_mf", matching("Status word of SELECT of the master file.", "9000|6[2-9A-Fa-f][0-9A-Fa-f]{2}", "9000 or a status word from 6200 to 6FFF")},
		{"faults", listOf("What the chip does wrong, such as cut@7.", matching("", faultPattern, "one of "+vcard.FaultForms()+", which “cnie-lab card faults” explains"), 16)},
	}
}
