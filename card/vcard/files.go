package vcard

import "bytes"

// applicationID names the eMRTD application (ICAO Doc 9303-10, 4.1).
func applicationID() []byte { return []byte{0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01} }

// fidMF is the master file.
const fidMF = 0x3F00

// P1 of SELECT (ISO/IEC 7816-4, table 62): by file identifier, by identifier
// of a file under the current one, by name.
const (
	selectByFID   = 0x00
	selectEF      = 0x02
	selectByName  = 0x04
	selectNoData  = 0x0C // P2: the response has no data
	selectDefault = 0x00 // P2: control information is optional, the chip gives none
)

func (c *Card) selectFile(cmd command) response {
	if cmd.p2 != selectNoData && cmd.p2 != selectDefault {
		return refuse(statusParameters)
	}
	switch cmd.p1 {
	case selectByName:
		return c.selectApplication(cmd.data)
	case selectByFID, selectEF:
		if len(cmd.data) == 0 && cmd.p1 == selectByFID {
			return c.selectMF()
		}
		if len(cmd.data) != 2 {
			return refuse(statusWrongLength)
		}
		fid := uint16(number(cmd.data))
		if fid == fidMF && cmd.p1 == selectByFID {
			return c.selectMF()
		}
		if _, sw := c.file(fid); sw != statusOK {
			return refuse(sw)
		}
		c.current = fid
		return response{sw: statusOK}
	}
	return refuse(statusParameters)
}

// selectApplication needs PACE before, unless the chip offers Basic Access
// Control, which begins in the application (ICAO Doc 9303-11, 4.2).
func (c *Card) selectApplication(name []byte) response {
	switch {
	case !bytes.Equal(name, applicationID()):
		return refuse(statusFileNotFound)
	case c.channel == nil && !c.p.BAC:
		return refuse(statusSecurity)
	}
	c.inApplication, c.current = true, 0
	return response{sw: statusOK}
}

func (c *Card) selectMF() response {
	if sw := status(c.p.SelectMF); sw != 0 && sw != statusOK {
		return refuse(sw)
	}
	c.inApplication, c.current = false, 0
	return response{sw: statusOK}
}

// byShortIdentifier is the file of a short identifier under the present
// selection.
func (c *Card) byShortIdentifier(sfi byte) uint16 {
	if fid := masterShortIdentifier(sfi); !c.inApplication {
		if _, ok := c.p.MasterFiles[fid]; ok {
			return fid
		}
	}
	return 0x0100 | uint16(sfi)
}

// file looks a file up under the present selection and access rights. A file
// of the application is hidden behind 6982 as long as there is no secure
// messaging, fingerprints and iris always: they need terminal authentication.
func (c *Card) file(fid uint16) ([]byte, status) {
	if content, ok := c.p.MasterFiles[fid]; ok && !c.inApplication {
		if fid == FIDCardSecurity && (c.channel == nil || !c.paced) {
			return nil, statusSecurity
		}
		return content, statusOK
	}
	content, ok := c.p.Files[fid]
	switch {
	case !ok:
		return nil, statusFileNotFound
	case c.channel == nil:
		return nil, statusSecurity
	case !c.inApplication:
		return nil, statusFileNotFound
	case fid == FIDDG3 || fid == FIDDG4:
		return nil, statusSecurity
	}
	return content, statusOK
}
