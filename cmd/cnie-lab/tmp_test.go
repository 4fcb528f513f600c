package main
import ("testing";"github.com/chromedp/chromedp")
func TestTmp(t *testing.T){
 w:=newWorld(t,"fr"); b:=w.tab()
 b.do(chromedp.EmulateViewport(1366,650))
 w.reachesConsent(b); b.readsConsent()
 t.Log(evaluate[[]float64](b,"[scrollY, document.querySelector('.facts').getBoundingClientRect().top, document.querySelector('#yes').getBoundingClientRect().bottom]"), evaluate[string](b,"document.activeElement.id"))
}
