package issuer

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"
)

// Size of the photo in pixels.
const (
	photoWidth  = 300
	photoHeight = 400
)

const photoQuality = 75

// photo draws a figure without a face behind a band that says SPECIMEN, and
// encodes it as JPEG.
func photo() ([]byte, error) {
	m := image.NewRGBA(image.Rect(0, 0, photoWidth, photoHeight))
	guilloche(m)
	skin, cloth, hair := color.RGBA{214, 178, 150, 255}, color.RGBA{62, 82, 120, 255}, color.RGBA{84, 60, 44, 255}
	ellipse(m, 150, 400, 130, 120, cloth)
	ellipse(m, 150, 165, 84, 112, hair)
	draw.Draw(m, image.Rect(126, 240, 174, 310), image.NewUniform(skin), image.Point{}, draw.Src)
	ellipse(m, 150, 185, 66, 88, skin)
	band := image.Rect(0, 300, photoWidth, 360)
	draw.Draw(m, band, image.NewUniform(color.White), image.Point{}, draw.Src)
	letters(m, band, color.RGBA{180, 20, 30, 255})
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: photoQuality}); err != nil {
		return nil, fmt.Errorf("encode photo: %w", err)
	}
	return b.Bytes(), nil
}

// guilloche fills the picture with crossed waves.
func guilloche(m *image.RGBA) {
	for y := range photoHeight {
		for x := range photoWidth {
			u, v := float64(x), float64(y)
			wave := math.Sin(u/9+3*math.Sin(v/37)) * math.Sin(v/11+3*math.Sin(u/41))
			shade := uint8(205 + 22*wave)
			m.SetRGBA(x, y, color.RGBA{shade - 12, shade, shade + 16, 255})
		}
	}
}

// ellipse fills an ellipse about (cx, cy) with the half axes a and b.
func ellipse(m *image.RGBA, cx, cy, a, b int, c color.RGBA) {
	for y := cy - b; y <= cy+b; y++ {
		for x := cx - a; x <= cx+a; x++ {
			dx, dy := x-cx, y-cy
			if dx*dx*b*b+dy*dy*a*a <= a*a*b*b && image.Pt(x, y).In(m.Rect) {
				m.SetRGBA(x, y, c)
			}
		}
	}
}

// glyphs are letters of five by seven dots, a row in five bits.
func glyphs() map[rune][7]uint8 {
	return map[rune][7]uint8{
		'S': {0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110},
		'P': {0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000, 0b10000},
		'E': {0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111},
		'C': {0b01111, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b01111},
		'I': {0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110},
		'M': {0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001},
		'N': {0b10001, 0b11001, 0b10101, 0b10011, 0b10001, 0b10001, 0b10001},
	}
}

// letters writes SPECIMEN in the middle of the band.
func letters(m *image.RGBA, band image.Rectangle, c color.RGBA) {
	const text, dot = "SPECIMEN", 6
	at := image.Pt((band.Dx()-len(text)*6*dot+dot)/2, band.Min.Y+(band.Dy()-7*dot)/2)
	for i, letter := range text {
		for row, bits := range glyphs()[letter] {
			for column := range 5 {
				if bits>>(4-column)&1 == 0 {
					continue
				}
				corner := at.Add(image.Pt((i*6+column)*dot, row*dot))
				draw.Draw(m, image.Rectangle{corner, corner.Add(image.Pt(dot, dot))}, image.NewUniform(c), image.Point{}, draw.Src)
			}
		}
	}
}
