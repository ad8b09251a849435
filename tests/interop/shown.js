// What a reader sees of some markup: its words in the order in which they lie, with what is struck, raised or white.
// Takes a list of markups; each is a page of its own.
(pages) => pages.map((html) => {
  const frame = document.createElement('iframe')
  frame.style.cssText = 'width:900px;height:700px;border:0'
  document.body.append(frame)
  const page = frame.contentDocument
  page.open()
  page.write(`<!doctype html><meta charset=utf-8>${html}`)
  page.close()
  const view = frame.contentWindow
  const said = [] // {text, top, left}: letters with what is special about them
  const say = (text, box, place) => {
    const node = place.nodeType === 11 ? place.host : place
    let how = ''
    for (let one = node; one !== null && one.nodeType === 1; one = one.parentElement) {
      const style = view.getComputedStyle(one)
      if (style.textDecorationLine.includes('line-through')) how = '~'
      if (['super', 'sub'].includes(style.verticalAlign)) how += '^'
      if (style.color === 'rgb(255, 255, 255)' && one === node) return
    }
    if (node.checkVisibility({ visibilityProperty: true })) said.push({ text: how + text, box })
  }
  const walk = (node) => {
    for (const child of node.childNodes) {
      if (child.nodeType === 3) {
        for (const found of child.data.matchAll(/[^\s\u200b\u00ad]/gu)) {
          const range = page.createRange()
          range.setStart(child, found.index)
          range.setEnd(child, found.index + found[0].length)
          const box = range.getBoundingClientRect()
          if (box.width > 0 && box.height > 0 && box.left < 900 && box.right > 0) say(found[0], box, node)
        }
      } else if (child.nodeType === 1) {
        const marker = view.getComputedStyle(child).listStyleType
        const box = child.getBoundingClientRect()
        if (/^["']/.test(marker) && box.height > 0) say(marker, { top: box.top, bottom: box.top + 1, left: -99, right: -98 }, child)
        if (['IMG', 'INPUT', 'SELECT'].includes(child.tagName) && child.getClientRects().length > 0) say(`<${child.tagName}>`, box, child)
        walk(child.shadowRoot ?? child)
      }
    }
  }
  walk(page.documentElement)
  // Lines: whatever overlaps by half; in a line from left to right, a space where there is a gap.
  const lines = []
  for (const one of said.sort((a, b) => a.box.top - b.box.top)) {
    const middle = (one.box.top + one.box.bottom) / 2
    const line = lines.find(({ top, bottom }) => middle > top && middle < bottom)
    if (line) line.letters.push(one)
    else lines.push({ top: one.box.top, bottom: one.box.bottom, letters: [one] })
  }
  const text = lines.map(({ letters }) => letters.sort((a, b) => a.box.left - b.box.left)
    .map(({ text, box }, at) => (at > 0 && box.left - letters[at - 1].box.right > 1.5 ? ' ' : '') + text).join('')).join(' ')
  frame.remove()
  return text.replace(/ +/g, ' ').trim()
})
