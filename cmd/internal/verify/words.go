package verify

import (
	"cnie.example/attest/csca"
	"cnie.example/attest/passiveauth"
	"cnie.example/attest/record"
	"cnie.example/web/language"
)

// words are the texts of “cnie verify” in one language.
type words struct {
	results  map[record.Result]string
	today    string // a result that is bad today and was not then
	items    map[string]string
	kinds    []checkKind
	recorded string // takes the name of a file
	reasons  map[record.Reason]string
	at       string // takes a day
	verdicts map[record.Result]string

	laboratory string
}

// checkKind is a check that is made of several files.
type checkKind struct{ suffix, text string }

func wordsIn(tag language.Tag) words {
	if tag == language.French {
		return french()
	}
	return english()
}

func english() words {
	return words{
		results: map[record.Result]string{record.Good: "good", record.Bad: "BAD", record.Unchecked: "not checked"},
		today:   "not today",
		items: map[string]string{
			passiveauth.CheckSyntax: "EF.SOD is a security object", passiveauth.CheckSigner: "it holds the certificate of its signer",
			passiveauth.CheckDigest: "the signed hash is that of its content", passiveauth.CheckUsage: "the signer may sign documents",
			passiveauth.CheckSigningTime: "the signer could sign at the stated time", passiveauth.CheckObject: "version and hash are accepted",
			passiveauth.CheckChain: "the signer leads to a trusted authority", passiveauth.CheckDSValidity: "validity of the signer",
			passiveauth.CheckCSCAValidity: "validity of the authorities", passiveauth.CheckRevocation: "nobody is revoked",
			passiveauth.CheckSignature: "signature of the state", passiveauth.CheckCountry: "signer and authority are of one country",

			record.ItemRecordSignature: "signature of the evidence record", record.ItemRecordLogin: "the login of the record succeeded", record.ItemRecordDocument: "the record is about this document",
			record.ItemRecordTrust: "the login used this trust store", record.ItemChainToday: "the same checks today",
			record.ItemIssuingState: "the document names the country of its signer", record.ItemDocumentType: "the signer may sign this type of document",
			record.ItemDocumentExpiry: "the document had not expired", record.ItemDocumentExpiryToday: "the document has not expired today",
			record.ItemChipKey: "the document has a key of its chip", record.ItemCommonFiles: "EF.COM lists the files that are signed",
			record.ItemCardAccess: "EF.CardAccess offers what is signed", record.ItemCardSecuritySignature: "signature of EF.CardSecurity",
			record.ItemCardSecurityChain: "its signer leads to a trusted authority", record.ItemCardSecurityAccess: "it repeats EF.CardAccess",
			record.ItemChipPresence: "the chip was there", record.ItemPossession: "the person has the document",
			record.ItemDocumentStatus: "the document is not reported", record.ItemSameChip: "document and card key are in one chip",

			"dg1_zone": "machine readable zone", "dg15_key": "key for active authentication", "other_file": "another file",
		},
		kinds: []checkKind{
			{"_hash", "%s has the signed hash"}, {"_syntax", "%s follows its form"}, {"_file", "%s can be read"},
		},
		recorded: "%s is the one of the record",
		reasons: map[record.Reason]string{
			record.FileUnreadable: "the file cannot be read", record.CheckDigitWrong: "a check digit is wrong",
			record.CardAccessDiffers: "it offers what is not signed", record.FileListDiffers: "the lists differ",
			record.CardSecuritySigner: "the certificate of a signer is missing, or may not sign", record.CardSecurityInvalid: "the signature does not verify",
			record.CardSecurityChain: "no way to a trusted authority", record.RecordMalformed: "the record cannot be read",
			record.RecordInvalid: "no key of --keys has signed it", record.RecordDiffers: "the record is about another document",
			record.LoginUnfinished: "the login did not come to an end", record.LoginInFuture: "the login is later than the clock of this computer",
			record.NoAnchors: "no --anchors given", record.NoKeys: "no --keys given", record.NoRecord: "no record with a verified signature",
			record.FileAbsent: "the file is not in the directory", record.FileUnknown: "no file of a document has this name",
			record.FileUnsigned: "the file does not have the signed hash", record.NotStated: "the document does not say it",
			record.NotSupported: "not known here", record.OtherTrustStore: "the login used another one",
			record.ByProvider: "only the provider can know: the proof convinces nobody else", record.SignatureNotKept: "the signature of the chip is not kept",
			record.FilesCanBeCopied: "whoever has the files can copy them", record.OnlyThen: "it was asked during the login, or not at all",
			record.NotProvenByAnybody: "no protocol proves it",

			record.Reason(csca.Stale.String()): "the revocation list is stale", record.Reason(csca.NoList.String()): "there is no revocation list",
		},
		at:         "Judged as of %s.",
		laboratory: "LABORATORY: documents of a laboratory count for good here. The persons do not exist.",
		verdicts: map[record.Result]string{
			record.Good: "GOOD: the state signed these files. That the chip was there, files cannot show.",
			record.Bad:  "BAD: do not rely on these files.",
			record.Unchecked: "NOT JUDGED: nothing bad was found, but nothing vouches for the signature. Give the authorities of the issuing state with " +
				"--anchors.",
		},
	}
}

func french() words {
	return words{
		results: map[record.Result]string{record.Good: "bon", record.Bad: "MAUVAIS", record.Unchecked: "non vérifié"},
		today:   "plus aujourd’hui",
		items: map[string]string{
			passiveauth.CheckSyntax: "EF.SOD est un objet de sécurité", passiveauth.CheckSigner: "il contient le certificat de son signataire",
			passiveauth.CheckDigest: "l’empreinte signée est celle du contenu", passiveauth.CheckUsage: "le signataire a le droit de signer des documents",
			passiveauth.CheckSigningTime: "le signataire pouvait signer à l’heure indiquée", passiveauth.CheckObject: "version et hachage sont acceptés",
			passiveauth.CheckChain: "le signataire mène à une autorité de confiance", passiveauth.CheckDSValidity: "validité du signataire",
			passiveauth.CheckCSCAValidity: "validité des autorités", passiveauth.CheckRevocation: "personne n’est révoqué",
			passiveauth.CheckSignature: "signature de l’État", passiveauth.CheckCountry: "signataire et autorité sont d’un même pays",

			record.ItemRecordSignature: "signature du relevé de preuves", record.ItemRecordLogin: "la connexion du relevé a abouti", record.ItemRecordDocument: "le relevé porte sur ce document",
			record.ItemRecordTrust: "la connexion a utilisé ces mêmes autorités", record.ItemChainToday: "les mêmes vérifications aujourd’hui",
			record.ItemIssuingState: "le document nomme le pays de son signataire", record.ItemDocumentType: "le signataire a le droit de signer ce type de document",
			record.ItemDocumentExpiry: "le document n’avait pas expiré", record.ItemDocumentExpiryToday: "le document n’a pas expiré aujourd’hui",
			record.ItemChipKey: "le document a une clé de sa puce", record.ItemCommonFiles: "EF.COM énumère les fichiers signés",
			record.ItemCardAccess: "EF.CardAccess propose ce qui est signé", record.ItemCardSecuritySignature: "signature d’EF.CardSecurity",
			record.ItemCardSecurityChain: "son signataire mène à une autorité de confiance", record.ItemCardSecurityAccess: "il répète EF.CardAccess",
			record.ItemChipPresence: "la puce était là", record.ItemPossession: "la personne a le document",
			record.ItemDocumentStatus: "le document n’est pas signalé", record.ItemSameChip: "document et clé de la carte sont dans une même puce",

			"dg1_zone": "zone de lecture automatique", "dg15_key": "clé pour l’authentification active", "other_file": "un autre fichier",
		},
		kinds: []checkKind{
			{"_hash", "%s a l’empreinte signée"}, {"_syntax", "%s suit sa forme"}, {"_file", "%s est lisible"},
		},
		recorded: "%s est celui du relevé",
		reasons: map[record.Reason]string{
			record.FileUnreadable: "le fichier est illisible", record.CheckDigitWrong: "un chiffre de contrôle est faux",
			record.CardAccessDiffers: "il propose ce qui n’est pas signé", record.FileListDiffers: "les listes diffèrent",
			record.CardSecuritySigner: "le certificat du signataire manque, ou n’a pas le droit de signer", record.CardSecurityInvalid: "la signature n’est pas valable",
			record.CardSecurityChain: "aucun chemin vers une autorité de confiance", record.RecordMalformed: "le relevé est illisible",
			record.RecordInvalid: "aucune clé de --keys ne l’a signé", record.RecordDiffers: "le relevé porte sur un autre document",
			record.LoginUnfinished: "la connexion n’est pas allée à son terme", record.LoginInFuture: "la connexion est plus tardive que l’horloge de cet ordinateur",
			record.NoAnchors: "--anchors n’est pas donné", record.NoKeys: "--keys n’est pas donné", record.NoRecord: "pas de relevé dont la signature soit vérifiée",
			record.FileAbsent: "le fichier n’est pas dans le répertoire", record.FileUnknown: "aucun fichier d’un document n’a ce nom",
			record.FileUnsigned: "le fichier n’a pas l’empreinte signée", record.NotStated: "le document ne le dit pas",
			record.NotSupported: "inconnu ici", record.OtherTrustStore: "la connexion en a utilisé d’autres",
			record.ByProvider: "seul le fournisseur peut le savoir\u00a0: la preuve ne convainc personne d’autre", record.SignatureNotKept: "la signature de la puce n’est pas gardée",
			record.FilesCanBeCopied: "qui a les fichiers peut les copier", record.OnlyThen: "demandé pendant la connexion, ou pas du tout",
			record.NotProvenByAnybody: "aucun protocole ne le prouve",

			record.Reason(csca.Stale.String()): "la liste de révocation est périmée", record.Reason(csca.NoList.String()): "il n’y a pas de liste de révocation",
		},
		at:         "Jugé à la date du %s.",
		laboratory: "LABORATOIRE : les documents d’un laboratoire passent ici pour bons. Les personnes n’existent pas.",
		verdicts: map[record.Result]string{
			record.Good: "BON\u00a0: l’État a signé ces fichiers. Que la puce était là, des fichiers ne peuvent pas le montrer.",
			record.Bad:  "MAUVAIS\u00a0: ne vous fiez pas à ces fichiers.",
			record.Unchecked: "NON JUGÉ\u00a0: rien de mauvais n’a été trouvé, mais rien ne garantit la signature. Donnez les autorités de l’État émetteur avec " +
				"--anchors.",
		},
	}
}
