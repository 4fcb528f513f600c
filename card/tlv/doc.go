// Package tlv reads and writes the data objects of cards and of travel
// documents: BER-TLV with definite lengths (ISO/IEC 7816-4, 5.2.2), where each
// length has its one shortest form, as in DER (ISO/IEC 8825-1, 10.1).
//
// It knows no tag and no order of elements. Indefinite lengths, lengths longer
// than needed, tags of more than three bytes and lengths that exceed the input
// are refused. Tag numbers below 31 in the long form are accepted, since ICAO
// Doc 9303-10 uses them (5F01, 5F0E).
//
// Reading allocates nothing: values alias the input, whatever length the input
// announces. Nothing here is constant time; the lengths are public.
package tlv
