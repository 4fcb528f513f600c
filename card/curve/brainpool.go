package curve

import (
	"encoding/asn1"
	"encoding/hex"
	"sync"
)

// BrainpoolP256r1 is the curve brainpoolP256r1 of RFC 5639, 3.4.
func BrainpoolP256r1() *Curve { return brainpoolP256r1() }

// BrainpoolP320r1 is the curve brainpoolP320r1 of RFC 5639, 3.5.
func BrainpoolP320r1() *Curve { return brainpoolP320r1() }

// BrainpoolP384r1 is the curve brainpoolP384r1 of RFC 5639, 3.6.
func BrainpoolP384r1() *Curve { return brainpoolP384r1() }

// BrainpoolP512r1 is the curve brainpoolP512r1 of RFC 5639, 3.7.
func BrainpoolP512r1() *Curve { return brainpoolP512r1() }

var brainpoolP256r1 = sync.OnceValue(func() *Curve {
	c := newBrainpool("brainpoolP256r1", 7, 13,
		"a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377",
		"7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9",
		"26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6",
		"8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262"+
			"547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997",
		"a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7")
	c.group = newGroup256()
	return c
})

var brainpoolP320r1 = sync.OnceValue(func() *Curve {
	c := newBrainpool("brainpoolP320r1", 9, 14,
		"d35e472036bc4fb7e13c785ed201e065f98fcfa6f6f40def4f92b9ec7893ec28fcd412b1f1b32e27",
		"3ee30b568fbab0f883ccebd46d3f3bb8a2a73513f5eb79da66190eb085ffa9f492f375a97d860eb4",
		"520883949dfdbc42d3ad198640688a6fe13f41349554b49acc31dccd884539816f5eb4ac8fb1f1a6",
		"43bd7e9afb53d8b85289bcc48ee5bfe6f20137d10a087eb6e7871e2a10a599c710af8d0d39e20611"+
			"14fdd05545ec1cc8ab4093247f77275e0743ffed117182eaa9c77877aaac6ac7d35245d1692e8ee1",
		"d35e472036bc4fb7e13c785ed201e065f98fcfa5b68f12a32d482ec7ee8658e98691555b44c59311")
	c.group = newModularGroup(c, "15f75caf668077f7e85b42eb01f0a81ff56ecd6191d55cb82b7d861458a18fefc3e5ab7496f3c7b1")
	return c
})

var brainpoolP384r1 = sync.OnceValue(func() *Curve {
	c := newBrainpool("brainpoolP384r1", 11, 16,
		"8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b412b1da197fb71123acd3a729901d1a71874700133107ec53",
		"7bc382c63d8c150c3c72080ace05afa0c2bea28e4fb22787139165efba91f90f8aa5814a503ad4eb04a8c7dd22ce2826",
		"04a8c7dd22ce28268b39b55416f0447c2fb77de107dcd2a62e880ea53eeb62d57cb4390295dbc9943ab78696fa504c11",
		"1d1c64f068cf45ffa2a63a81b7c13f6b8847a3e77ef14fe3db7fcafe0cbd10e8e826e03436d646aaef87b2e247d4af1e"+
			"8abe1d7520f9c2a45cb1eb8e95cfd55262b70b29feec5864e19c054ff99129280e4646217791811142820341263c5315",
		"8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf3ab6af6b7fc3103b883202e9046565")
	c.group = newModularGroup(c, "41dfe8dd399331f7166a66076734a89cd0d2bcdb7d068e44e1f378f41ecbae97d2d63dbc87bccddccc5da39e8589291c")
	return c
})

var brainpoolP512r1 = sync.OnceValue(func() *Curve {
	c := newBrainpool("brainpoolP512r1", 13, 17,
		"aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca70330871"+
			"7d4d9b009bc66842aecda12ae6a380e62881ff2f2d82c68528aa6056583a48f3",
		"7830a3318b603b89e2327145ac234cc594cbdd8d3df91610a83441caea9863bc"+
			"2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94ca",
		"3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a7"+
			"2bf2c7b9e7c1ac4d77fc94cadc083e67984050b75ebae5dd2809bd638016f723",
		"81aee4bdd82ed9645a21322e9c4c6a9385ed9f70b5d916c1b43b62eef4d0098e"+
			"ff3b1f78e2d0d48d50d1687b93b97d5f7c6d5047406a5e688b352209bcb9f822"+
			"7dde385d566332ecc0eabfa9cf7822fdf209f70024a57b1aa000c55b881f8111"+
			"b2dcde494a5f485e5bca4bd88a2763aed1ca2b2fa8f0540678cd1e0f3ad80892",
		"aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca70330870"+
			"553e5c414ca92619418661197fac10471db1d381085ddaddb58796829ca90069")
	c.group = newModularGroup(c, "12ee58e6764838b69782136f0f2d3ba06e27695716054092e60a80bedb212b64"+
		"e585d90bce13761f85c3f1d2a64e3be8fea2220f01eba5eeb0f35dbd29d922ab")
	return c
})

// newBrainpool makes a curve of RFC 5639 without its group: the last arc of the
// identifier (RFC 5639, 4.1), the identifier of ICAO Doc 9303-11, 9.5.1, and the
// domain parameters, the generator as X‖Y.
func newBrainpool(name string, arc, parameter int, p, a, b, g, n string) *Curve {
	c := &Curve{
		name: name, oid: asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, arc}, parameter: parameter,
		p: constant(p), a: constant(a), b: constant(b), g: constant(g), n: constant(n),
	}
	c.field, c.order = newModulus(c.p), newModulus(c.n)
	return c
}

// constant decodes a number written in this package.
func constant(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic("curve: not a hexadecimal constant: " + s)
	}
	return b
}
