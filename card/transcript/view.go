package transcript

import "cnie.example/card/tlv"

// view is a message as one run of bytes, with a mark on those that are known.
// Bytes that were taken out are zero.
type view struct {
	b     []byte
	known []bool
}

func newView(message Bytes) view {
	v := view{make([]byte, 0, message.Len()), make([]bool, 0, message.Len())}
	for _, p := range message {
		v.b = append(v.b, p.Known...)
		v.b = append(v.b, make([]byte, p.Removed)...)
		for range p.Known {
			v.known = append(v.known, true)
		}
		v.known = append(v.known, make([]bool, p.Removed)...)
	}
	return v
}

func (v view) len() int { return len(v.b) }

func (v view) slice(from, to int) view { return view{v.b[from:to:to], v.known[from:to:to]} }

// knows says whether all bytes from one offset to another are known.
func (v view) knows(from, to int) bool {
	for _, k := range v.known[from:to] {
		if !k {
			return false
		}
	}
	return true
}

// element is a data object of a view.
type element struct {
	tag           tlv.Tag
	header, value view // header is tag and length
}

// first takes one data object off the view. It fails where tag or length are
// malformed or were taken out, and where the value ends before its length.
func (v view) first() (e element, rest view, ok bool) {
	tag, value, after, err := tlv.Read(v.b)
	if err != nil {
		return element{}, view{}, false
	}
	end := v.len() - len(after)
	begin := end - len(value)
	if !v.knows(0, begin) {
		return element{}, view{}, false
	}
	return element{tag, v.slice(0, begin), v.slice(begin, end)}, v.slice(end, v.len()), true
}

// elements are the data objects that the whole view consists of.
func (v view) elements() (list []element, ok bool) {
	for v.len() > 0 {
		e, rest, ok := v.first()
		if !ok {
			return nil, false
		}
		list, v = append(list, e), rest
	}
	return list, true
}

// cut makes a redacted message, piece by piece from the front.
type cut struct{ message Bytes }

// keep lets bytes stay, as a group of their own. Those that were taken out
// before stay so.
func (c *cut) keep(v view) {
	for from := 0; from < v.len(); {
		to := from
		for to < v.len() && v.known[to] == v.known[from] {
			to++
		}
		if v.known[from] {
			c.message = append(c.message, Piece{Known: append([]byte(nil), v.b[from:to]...)})
		} else {
			c.remove(v.slice(from, to))
		}
		from = to
	}
}

// remove takes bytes out, together with those taken out just before.
func (c *cut) remove(v view) {
	if v.len() == 0 {
		return
	}
	if last := len(c.message) - 1; last >= 0 && c.message[last].Removed != 0 {
		c.message[last].Removed += v.len()
		return
	}
	c.message = append(c.message, Piece{Removed: v.len()})
}
