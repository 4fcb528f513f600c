// Package attest is the library an identity provider imports to log a person
// in with an electronic travel document that is in a reader somewhere else.
//
// A Verifier holds the policy. Begin opens a Login for one transaction, Open
// takes the document's signed data and gives the handover that makes the chip
// prove its presence, Answer takes what the chip said. When Answer wants no
// more, Identity tells who the document names, Level what was proved, Verified
// which checks passed, and Record is the evidence to keep.
//
//	store, err := csca.Load([]string{"/etc/idp/csca"}, certificate.Options{}, time.Now())
//	verifier, err := attest.NewVerifier(attest.Config{Trust: store, Clock: time.Now, Rand: rand.Reader})
//
//	login, err := verifier.Begin(attest.Transaction{…})
//	handover, err := login.Open(ctx, opening)     // sign it, send it
//	commands, err := login.Answer(ctx, answers)   // until commands is nil
//	identity, err := login.Identity()
//
// A chip with active authentication and no chip authentication, as some
// passports have, sends one message, which Signed takes in place of Open and
// Answer. The examples of this package are whole programs with a virtual card.
//
// # What it believes
//
// Everything a Login is given comes from a machine that is not trusted. What
// it says is believed only when a state signed it, or the chip protected it
// under keys that only this Login and the chip have. The level follows from
// the evidence; what was asked only decides whether that is enough, and less
// is refused. The first error ends a Login for good and wipes its keys; from
// then on every message is refused.
//
// What a login has to pass, in this order, each with its own reason when it
// fails (package refusal) and its own name when it passes (Checks):
//
//   - passive authentication of the security object up to a trusted authority,
//     with revocation lists, key usage, validity and signing time (package
//     passiveauth), and the country of the document signer: Open, or Signed;
//   - the hash of DG14, and out of it the strongest chip authentication;
//   - answers under the keys of this login, at the expected counters, in less
//     than chipproof.Deadline, and the hash of every file (package chipproof);
//   - DG1: the issuing state is the signer's and is accepted, signer and
//     verifier allow the kind of document, it has not expired;
//   - the status of the document, when there is a DocumentStatus;
//   - the level that was asked for (package level).
//
// One login reaches level.EIDAS1 and no more: no second factor is verified
// here. Whoever verifies one, a passkey or a key on a card, combines it with
// this login by package level; the members of Record named limits say what
// besides is missing. EIDAS2 and EIDAS3 need CheckRevocation and
// CheckDocumentStatus.
//
// # What the provider does
//
// The package signs nothing, sends nothing, stores nothing, logs nothing and
// does not know users. Around it, a provider
//
//   - makes the transaction, serves the signed request once, and ties it to the
//     browser (docs/protocol.md and docs/provider-guide.md in this module);
//   - reads messages with wire.DecodeFromAgent, which bounds their size, and
//     treats its error like one of the Login: it closes the Login;
//   - calls Begin with what the request says, nonces included;
//   - signs the handover as a JWS and sends it;
//   - gives every message to its Login once, and closes a Login that is not
//     answered: nothing here has a timer;
//   - takes Identity, Level and Record, then closes the Login.
//
// Countries, DocumentTypes, RequireRevocation and Status are the policy. The
// defaults let in identity cards and passports of France, ask for no fresh
// revocation list and know of no status.
//
// # Trust
//
// Config.Trust is a csca.Store, or a csca.Live that gives another one when the
// operator has new files; see the example. A Login takes the store once, when
// it verifies the document. A store with the certificate of a laboratory is
// refused with ErrConfig unless Config.Lab is set, also when it comes later.
//
// # Errors
//
// An error about the other side is a *refusal.Error: refusal.Of gives its
// stable reason, for texts and statistics; its cause is for the log. What is
// none of these is a fault on this side, or the end of ctx: ErrConfig,
// ErrTransaction, ErrSealed, randomness. No error holds a secret or personal
// data. No input makes the package panic; a panic of a caller's own
// DocumentStatus is passed on, and ends the Login.
//
// # Several servers
//
// A Login lives in one process. Where the messages of a login may reach several
// servers, SharedLogins has each of them claim the login from a store that they
// share, and release it there, encrypted. Login.Seal and Verifier.Resume are
// the parts of it. A sealed login opens for its own transaction, step and
// version only, under the same keys (package seal) and the same policy.
//
// # Cost
//
// A login takes less than a millisecond of a processor, most of it in Open. A
// forged security object can cost some milliseconds, since the authorities whose
// name it uses are tried: anybody can send one, so a provider limits how often. An open login holds less than 16 kB, in memory or sealed,
// while it waits for the first answers, and then what has been read of the
// files. Memory spent on a message is in proportion to its size, which package
// wire bounds. Nothing waits but DocumentStatus, for Config.StatusWait at most.
//
// # Compatibility
//
// The module has semantic versions. Within a major version, from the first
// release on, these stay as they are, for attest, the packages below it, and
// what their interfaces name of the packages below card, as lds.File:
//
//   - exported names, their types and what their documentation says;
//   - the names of reasons (refusal.Reason), checks (Check), levels, limits,
//     claims, sources and statuses, and what each of them means;
//   - versions of the messages: a verifier speaks the current and the previous
//     one (package wire); and the version of evidence records, so that
//     record.Parse reads what any earlier release has signed.
//
// These may change in any release, and nothing should depend on them:
//
//   - reasons, checks, limits, claims and statuses may be added, and a document
//     may be refused with a finer reason than before; treat a name that you do
//     not know as a refusal, or as one more check;
//   - members may be added to structs, so name them in literals; methods are
//     never added to DocumentStatus, StateStore or csca.Source;
//   - which documents are refused, when a rule turns out to be too weak: the
//     change log says so;
//   - texts of errors, the With of checks, sizes and times;
//   - the form of what Seal gives: releases that write another form refuse the
//     old one, and logins under way at the exchange fail.
//
// attesttest and everything under internal is for the tests of this module.
//
// # Not here
//
// Nobody looks whether the person holds the document: Identity is who it names,
// and a document that is lent or stolen and not yet reported passes. The photo
// is not compared with anybody. There is no PIN in what is verified here.
//
// Comparisons of secrets are constant time (packages sm and chipauth), and so
// is arithmetic with the ephemeral key. Names, dates and other contents are
// handled in variable time.
package attest
