package wire

// Largest sizes in bytes, checked before anything is decoded where the whole
// message is meant, and on the decoded value for members.
const (
	MaxMessage  = 256 << 10 // any message of the exchange
	MaxRequest  = 16 << 10  // the signed login request, as compact JWS or as payload
	MaxHandover = 32 << 10  // the signed handover, as compact JWS or as payload
	MaxFetch    = 1 << 10   // FetchRequest

	MaxSOD       = 64 << 10 // EF.SOD; about 2.3 kB on French documents
	MaxDG14      = 16 << 10 // EF.DG14; about 0.4 kB on French documents
	MaxDG15      = 4 << 10  // EF.DG15; an RSA key of 4096 bits takes 0.6 kB
	MaxCommand   = 64       // one wrapped READ BINARY needs at most 23
	MaxResponse  = 65538    // the longest response APDU: 65536 bytes and a status word
	MaxBatch     = 64       // responses in one message
	MaxCommands  = 32       // commands in one message
	MaxURI       = 2048
	MaxKeyID     = 64
	MaxPoint     = 133 // uncompressed point of a 521-bit curve
	MaxSignature = 512 // of active authentication: an RSA key of 4096 bits
	MaxProof     = 132 // r and s of a 521-bit curve
)

// Sizes in bytes of the random and hashed members.
const (
	NonceSize = 32
	HashSize  = 32
)

// What a reader has to carry, in bytes of the whole APDU. The least is what
// one protected READ BINARY of a useful size needs, the most what ISO/IEC
// 7816-3, 12.1.3 can express.
const (
	LeastAPDU       = 64
	LongestCommand  = 65544
	LongestResponse = 65538
)
