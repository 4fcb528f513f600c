package trust

import "cnie.example/attest/certificate"

func englishDeviations() map[string]string {
	return byName(map[certificate.Deviation]string{
		certificate.WrittenDefault:          "a value is written although it is the default",
		certificate.TrueNotFF:               "“true” is another octet than FF",
		certificate.TrailingZeroBits:        "key usage ends in zero bits",
		certificate.UnsortedSet:             "a set is not sorted",
		certificate.UnusualTime:             "a time without seconds, or not in UTC",
		certificate.OldVersion:              "version 1 or 2",
		certificate.NegativeSerial:          "the serial number is negative",
		certificate.ZeroSerial:              "the serial number is zero",
		certificate.LongSerial:              "the serial number has more than 20 octets",
		certificate.EarlyGeneralizedTime:    "a year before 2050 as GeneralizedTime",
		certificate.InvertedValidity:        "it ends before it begins",
		certificate.UniqueIdentifier:        "unique identifiers, which nobody uses",
		certificate.AlgorithmParameters:     "NULL where nothing belongs, or the other way round",
		certificate.MissingNextUpdate:       "it does not say when the next list comes",
		certificate.EmptyList:               "an empty list of entries is written",
		certificate.DuplicateEntry:          "a serial number stands there twice",
		certificate.EmptyName:               "a name without content",
		certificate.MissingCountry:          "a name without a country",
		certificate.RepeatedCountry:         "a name with several countries",
		certificate.CountryCase:             "the country is not in upper case",
		certificate.CountryForm:             "the country is not two letters",
		certificate.StringType:              "a name in an old type of text",
		certificate.IllegalCharacters:       "characters that the type of text does not have",
		certificate.NamesDifferInStyle:      "one name in two ways of writing",
		certificate.MissingSubjectKeyID:     "no identifier of its key",
		certificate.MissingAuthorityKeyID:   "no identifier of the issuer’s key",
		certificate.MissingKeyUsage:         "no key usage",
		certificate.MissingBasicConstraints: "no basic constraints",
		certificate.MissingPrivateKeyUsage:  "no usage period of the private key",
		certificate.MissingNumber:           "no number",
		certificate.NotCritical:             "key usage or basic constraints are not critical",
		certificate.NeedlesslyCritical:      "critical where it must not be",
		certificate.EmptyKeyUsage:           "key usage that allows nothing",
		certificate.ForeignKeyUsage:         "key usage beyond the task",
		certificate.AuthorityMismatch:       "basic constraints and key usage contradict each other",
		certificate.PathLength:              "another path length than 0",
		certificate.LongNumber:              "the number is negative or has more than 20 octets",
		certificate.ReasonCode:              "the reason “unspecified” is written",
		certificate.NamedCurve:              "the curve by name, not by its parameters",
		certificate.ParameterLengths:        "parameters of the curve with another length",
	})
}

func frenchDeviations() map[string]string {
	return byName(map[certificate.Deviation]string{
		certificate.WrittenDefault:          "une valeur est écrite alors que c’est celle par défaut",
		certificate.TrueNotFF:               "«\u00a0vrai\u00a0» est un autre octet que FF",
		certificate.TrailingZeroBits:        "l’usage de la clé finit par des bits nuls",
		certificate.UnsortedSet:             "un ensemble n’est pas trié",
		certificate.UnusualTime:             "une heure sans secondes, ou pas en UTC",
		certificate.OldVersion:              "version 1 ou 2",
		certificate.NegativeSerial:          "le numéro de série est négatif",
		certificate.ZeroSerial:              "le numéro de série est zéro",
		certificate.LongSerial:              "le numéro de série a plus de 20 octets",
		certificate.EarlyGeneralizedTime:    "une année avant 2050 en GeneralizedTime",
		certificate.InvertedValidity:        "la fin précède le début",
		certificate.UniqueIdentifier:        "des identifiants uniques, que personne n’utilise",
		certificate.AlgorithmParameters:     "NULL où il ne faut rien, ou l’inverse",
		certificate.MissingNextUpdate:       "la date de la liste suivante manque",
		certificate.EmptyList:               "une suite d’entrées vide est écrite",
		certificate.DuplicateEntry:          "un numéro de série y figure deux fois",
		certificate.EmptyName:               "un nom sans contenu",
		certificate.MissingCountry:          "un nom sans pays",
		certificate.RepeatedCountry:         "un nom avec plusieurs pays",
		certificate.CountryCase:             "le pays n’est pas en majuscules",
		certificate.CountryForm:             "le pays n’est pas de deux lettres",
		certificate.StringType:              "un nom dans un ancien type de texte",
		certificate.IllegalCharacters:       "des caractères que le type de texte n’a pas",
		certificate.NamesDifferInStyle:      "un nom écrit de deux façons",
		certificate.MissingSubjectKeyID:     "pas d’identifiant de sa clé",
		certificate.MissingAuthorityKeyID:   "pas d’identifiant de la clé de l’émetteur",
		certificate.MissingKeyUsage:         "pas d’usage de la clé",
		certificate.MissingBasicConstraints: "pas de contraintes de base",
		certificate.MissingPrivateKeyUsage:  "pas de période d’usage de la clé privée",
		certificate.MissingNumber:           "pas de numéro",
		certificate.NotCritical:             "usage de la clé ou contraintes de base non critiques",
		certificate.NeedlesslyCritical:      "critique où il ne faut pas",
		certificate.EmptyKeyUsage:           "un usage de la clé qui ne permet rien",
		certificate.ForeignKeyUsage:         "un usage de la clé au-delà de la tâche",
		certificate.AuthorityMismatch:       "contraintes de base et usage de la clé se contredisent",
		certificate.PathLength:              "une longueur de chemin autre que 0",
		certificate.LongNumber:              "le numéro est négatif ou a plus de 20 octets",
		certificate.ReasonCode:              "la raison «\u00a0unspecified\u00a0» est écrite",
		certificate.NamedCurve:              "la courbe par son nom, pas par ses paramètres",
		certificate.ParameterLengths:        "des paramètres de la courbe d’une autre longueur",
	})
}

// byName is a map by the stable names, as JSON has them.
func byName(words map[certificate.Deviation]string) map[string]string {
	list := map[string]string{}
	for d, text := range words {
		list[string(d)] = text
	}
	return list
}
