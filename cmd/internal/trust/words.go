package trust

import (
	"cmp"

	"cnie.example/attest/csca"
	"cnie.example/web/language"
)

// words are the texts of these commands in one language. Names in JSON are the
// same in both.
type words struct {
	tag                                      language.Tag
	file, sha256, signature                  string // labels
	certificates, verified, more, holds      string
	from, issuer, serial, key, deviating     string
	signed, unsigned, unrooted               string // of a list; signed takes signer, root and day, unsigned the reason
	counted, verifiedOf, beyond              string // take numbers
	columns                                  []string
	deviations, unverified, unread, unreadAt string // titles; unreadAt takes number and reason
	noCountry, colon                         string
	revocationList, entries                  string // entries takes a number and two days
	chained, unchained                       string // take the authority, the reason
	link, unusable, distrusted               string // unusable takes the reason
	origins, states, override                map[string]string
	equal, differ                            string // differ takes three numbers
	created, brings, under, summary          string // take what is told
	actions, reasons, problems, deviation    map[string]string
}

func wordsIn(tag language.Tag) words {
	if tag == language.French {
		return french()
	}
	return english()
}

// reason tells a stable name in words; the name where there are none.
func (w words) reason(name string) string { return cmp.Or(w.reasons[name], name) }

func english() words {
	return words{
		tag:  language.English,
		file: "file", sha256: "SHA-256", signature: "signature", certificates: "certificates", verified: "verified", more: "of note", holds: "content",
		from: "valid", issuer: "issuer", serial: "serial number", key: "key", deviating: "deviates",
		signed: "VERIFIED: by %s, under the root %s, signed on %s", unsigned: "REFUSED: %s",
		unrooted: "NOT VERIFIED: no --root given; anybody may have written this list",
		counted:  "%d, of %d countries; %d self-signed, %d links", verifiedOf: "%d by an issuer in the list, %d not",
		beyond:     "%d signed with SHA-1, %d with a longer RSA key than documents are judged with",
		columns:    []string{"COUNTRY", "NUMBER", "NEWEST", "DEVIATING", "ALGORITHMS"},
		deviations: "Written otherwise than the standards ask:", unverified: "Not verified:", unread: "Not read:", unreadAt: "certificate %d: %s",
		noCountry: "no country", colon: ": ",
		revocationList: "revocation list", entries: "%d revoked; issued on %s, the next by %s",
		chained: "VERIFIED: by %s", unchained: "NOT VERIFIED: %s",
		link: "link certificate", unusable: "NOT USABLE: %s", distrusted: "Distrusted, and no authority of this directory:",
		origins: map[string]string{
			string(csca.FromAnchor): "anchor", string(csca.FromList): "list", string(csca.FromPool): "pool",
		},
		states: map[string]string{
			csca.NotRevoked.String(): "fresh, of %s", csca.Revoked.String(): "REVOKED on %s", csca.Stale.String(): "STALE, of %s",
		},
		override: map[string]string{
			overrideDistrust: "DISTRUSTED: %s", overrideTrust: "trusted by your decision: %s", overrideExtend: "used until %s by your decision: %s",
		},
		equal: "No difference.", differ: "%d came, %d went, %d changed.",
		created: "Made the trust directory %s.", brings: "%d certificates: %d came, %d went",
		under: "under the root %s", summary: "%d added, %d replaced, %d were there.",
		actions: map[string]string{importAdded: "added", importReplaced: "replaced", importKept: "was there"},
		reasons: map[string]string{
			csca.IssuerNotInList:      "its issuer is not there, neither by key nor by name",
			csca.SignatureInvalid:     "the signature does not verify with the key of its issuer",
			csca.AlgorithmUnsupported: "the algorithm of its signature is unknown or not accepted",
			csca.IssuerKeyUnsupported: "the key of its issuer cannot be used",
			csca.ListSignerUnknown:    "the list has no certificate of a signer of master lists",
			csca.ListRootUnknown:      "its signer is not certified by a root that was given",
			csca.ListSignerNotValid:   "the certificate of its signer is not valid today, or it was signed in the future",
			reasonExpired:             "it has expired, or an authority above it has",
			reasonNotYetValid:         "its validity begins later, or that of an authority above it",
			reasonRevoked:             "it is revoked, or an authority above it is",
			reasonDistrusted:          "you distrust it, or an authority above it",
			reasonNoAnchor:            "it leads to no anchor",
			reasonNotAuthority:        "it, or one above it, may not sign certificates here",
			reasonRefused:             "it is refused",
			reasonNoSigner:            "no authority that was given has signed it",
		},
		problems: map[string]string{
			problemListSigner:     "The master list is refused: it has no certificate of a signer of master lists.",
			problemListRoot:       "The master list is refused: its signer is not certified by a root that you named.",
			problemListSignature:  "The master list is refused: its signature does not verify.",
			problemListValidity:   "The master list is refused: its signer is not valid today, or it was signed in the future.",
			problemListUnrooted:   "A master list needs a root: get the certificate of its publisher's authority by another way, and name it with “cnie trust import --root”.",
			problemOlder:          "Refused: a newer one is there already.",
			problemFuture:         "Refused: it was issued in the future. Is the clock of this computer right?",
			problemCRLSigner:      "The revocation list is refused: no authority of the trust directory has signed it.",
			problemNotAuthority:   "Refused: this is not the certificate of a country signing authority.",
			problemNotSelfSigned:  "Refused as an anchor: the certificate is not self-signed. Link certificates go into the pool (--pool).",
			problemLab:            "Refused: this comes from a laboratory. Whoever it names does not exist.",
			problemManifest:       "The trust directory is not what its trust.json says. Somebody has changed it; it is not used.",
			problemOverride:       "The overrides cannot be applied.",
			problemKind:           "This is not a master list, certificate or revocation list.",
			problemRootKind:       "--root wants certificates, and nothing else.",
			problemMalformed:      "The file cannot be read: it is cut, altered, or holds something that is not known here.",
			problemNoAnchor:       "There is no anchor: nothing is trusted yet.",
			problemCountry:        "There is no authority of this country.",
			problemAlgorithm:      "Refused: an algorithm or key in it is unknown, or not accepted.",
			problemSize:           "The file is too long for what it is said to be.",
			problemNoSOD:          "The directory holds no SOD.bin that can be read: without the list that the state has signed, nothing can be checked.",
			problemDirectory:      "This is not a directory as “cnie read --out” writes it.",
			problemOtherFiles:     "This directory holds other files, and is no trust directory: name one that is empty, or that does not exist.",
			problemKeys:           "These are not the keys of a provider (JWKS).",
			problemDistrustedList: "The master list is refused: you distrust its signer or its root.",
		},
		deviation: englishDeviations(),
	}
}

func french() words {
	return words{
		tag:  language.French,
		file: "fichier", sha256: "SHA-256", signature: "signature", certificates: "certificats", verified: "vérifiés", more: "à noter", holds: "contenu",
		from: "validité", issuer: "émetteur", serial: "numéro de série", key: "clé", deviating: "écart",
		signed: "VÉRIFIÉE\u00a0: par %s, sous la racine %s, signée le %s", unsigned: "REFUSÉE\u00a0: %s",
		unrooted: "NON VÉRIFIÉE\u00a0: --root n’est pas donné\u00a0; n’importe qui peut avoir écrit cette liste",
		counted:  "%d, de %d pays\u00a0; %d autosignés, %d de liaison", verifiedOf: "%d par un émetteur de la liste, %d non",
		beyond:     "%d signés avec SHA-1, %d avec une clé RSA plus longue que celles qui servent à juger les documents",
		columns:    []string{"PAYS", "NOMBRE", "DERNIER", "À ÉCARTS", "ALGORITHMES"},
		deviations: "Écrits autrement que les normes ne le demandent\u00a0:", unverified: "Non vérifiés\u00a0:", unread: "Non lus\u00a0:", unreadAt: "certificat %d\u00a0: %s",
		noCountry: "sans pays", colon: "\u00a0: ",
		revocationList: "liste de révocation", entries: "%d révoqués\u00a0; émise le %s, la suivante avant le %s",
		chained: "VÉRIFIÉE\u00a0: par %s", unchained: "NON VÉRIFIÉE\u00a0: %s",
		link: "certificat de liaison", unusable: "INUTILISABLE\u00a0: %s", distrusted: "Écartés, et d’aucune autorité de ce répertoire\u00a0:",
		origins: map[string]string{
			string(csca.FromAnchor): "ancre", string(csca.FromList): "liste", string(csca.FromPool): "réserve",
		},
		states: map[string]string{
			csca.NotRevoked.String(): "à jour, du %s", csca.Revoked.String(): "RÉVOQUÉ le %s", csca.Stale.String(): "PÉRIMÉE, du %s",
		},
		override: map[string]string{
			overrideDistrust: "ÉCARTÉ\u00a0: %s", overrideTrust: "accepté par votre décision\u00a0: %s", overrideExtend: "utilisé jusqu’au %s par votre décision\u00a0: %s",
		},
		equal: "Aucune différence.", differ: "Arrivés\u00a0: %d, partis\u00a0: %d, changés\u00a0: %d.",
		created: "Le répertoire de confiance %s a été créé.", brings: "%d certificats\u00a0; arrivés\u00a0: %d, partis\u00a0: %d",
		under: "sous la racine %s", summary: "Ajoutés\u00a0: %d, remplacés\u00a0: %d, déjà présents\u00a0: %d.",
		actions: map[string]string{importAdded: "ajouté", importReplaced: "remplacé", importKept: "déjà présent"},
		reasons: map[string]string{
			csca.IssuerNotInList:      "son émetteur n’y est pas, ni par sa clé ni par son nom",
			csca.SignatureInvalid:     "la signature n’est pas celle de la clé de son émetteur",
			csca.AlgorithmUnsupported: "l’algorithme de sa signature est inconnu ou n’est pas accepté",
			csca.IssuerKeyUnsupported: "la clé de son émetteur n’est pas utilisable",
			csca.ListSignerUnknown:    "la liste n’a pas de certificat d’un signataire de listes",
			csca.ListRootUnknown:      "son signataire n’est pas certifié par une racine donnée",
			csca.ListSignerNotValid:   "le certificat de son signataire n’est pas valable aujourd’hui, ou elle est signée dans le futur",
			reasonExpired:             "il a expiré, ou une autorité au-dessus de lui",
			reasonNotYetValid:         "sa validité commence plus tard, ou celle d’une autorité au-dessus de lui",
			reasonRevoked:             "il est révoqué, ou une autorité au-dessus de lui",
			reasonDistrusted:          "vous l’avez écarté, ou une autorité au-dessus de lui",
			reasonNoAnchor:            "il ne mène à aucune ancre",
			reasonNotAuthority:        "lui, ou un autre au-dessus, n’a pas le droit de signer de certificats ici",
			reasonRefused:             "il est refusé",
			reasonNoSigner:            "aucune autorité donnée ne l’a signée",
		},
		problems: map[string]string{
			problemListSigner:     "La liste est refusée\u00a0: elle n’a pas de certificat d’un signataire de listes.",
			problemListRoot:       "La liste est refusée\u00a0: son signataire n’est pas certifié par une racine que vous avez nommée.",
			problemListSignature:  "La liste est refusée\u00a0: sa signature n’est pas valable.",
			problemListValidity:   "La liste est refusée\u00a0: son signataire n’est pas valable aujourd’hui, ou elle est signée dans le futur.",
			problemListUnrooted:   "Une liste demande une racine\u00a0: obtenez par une autre voie le certificat de l’autorité qui la publie, et nommez-le avec «\u00a0cnie trust import --root\u00a0».",
			problemOlder:          "Refusé\u00a0: il y en a déjà une plus récente.",
			problemFuture:         "Refusé\u00a0: la date d’émission est dans le futur. L’horloge de cet ordinateur est-elle juste\u00a0?",
			problemCRLSigner:      "La liste de révocation est refusée\u00a0: aucune autorité du répertoire de confiance ne l’a signée.",
			problemNotAuthority:   "Refusé\u00a0: ce n’est pas le certificat d’une autorité de signature d’un pays.",
			problemNotSelfSigned:  "Refusé comme ancre\u00a0: le certificat n’est pas autosigné. Les certificats de liaison vont dans la réserve (--pool).",
			problemLab:            "Refusé\u00a0: cela vient d’un laboratoire. La personne nommée n’existe pas.",
			problemManifest:       "Le répertoire de confiance n’est pas ce que dit son trust.json. Quelqu’un l’a modifié\u00a0; il n’est pas utilisé.",
			problemOverride:       "Les décisions ne peuvent pas être appliquées.",
			problemKind:           "Ce n’est ni une liste, ni un certificat, ni une liste de révocation.",
			problemRootKind:       "--root veut des certificats, et rien d’autre.",
			problemMalformed:      "Le fichier est illisible\u00a0: il est coupé, modifié, ou contient quelque chose d’inconnu ici.",
			problemNoAnchor:       "Il n’y a pas d’ancre\u00a0: rien n’est encore digne de confiance.",
			problemCountry:        "Il n’y a pas d’autorité de ce pays.",
			problemAlgorithm:      "Refusé\u00a0: un algorithme ou une clé est inconnu, ou n’est pas accepté.",
			problemSize:           "Le fichier est trop long pour ce qu’il doit être.",
			problemNoSOD:          "Le répertoire n’a pas de SOD.bin lisible\u00a0: sans la liste que l’État a signée, rien ne peut être vérifié.",
			problemDirectory:      "Ce n’est pas un répertoire tel que «\u00a0cnie read --out\u00a0» l’écrit.",
			problemOtherFiles:     "Ce répertoire contient d’autres fichiers et n’est pas un répertoire de confiance\u00a0: nommez-en un qui est vide, ou qui n’existe pas.",
			problemKeys:           "Ce ne sont pas les clés d’un fournisseur (JWKS).",
			problemDistrustedList: "La liste est refusée\u00a0: vous avez écarté son signataire ou sa racine.",
		},
		deviation: frenchDeviations(),
	}
}
