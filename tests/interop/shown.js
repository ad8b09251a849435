// What a reader sees of some markup: its letters in the order in which they lie, struck (~), raised or lowered (^) ones as such.
// Takes a list of markups, each a page of its own. Left out is what has no size, lies outside, is white or not visible.
(pages) => {
  const frame = document.createElement('iframe')
  frame.style.cssText = 'width:900px;height:700px;border:0'

  // Lines: whatever overlaps by half; in a line from left to right, a space where there is a gap.
  const arranged = (said) => {
    const lines = []
    for (const one of said.sort((a, b) => a.box.top - b.box.top)) {
      const middle = (one.box.top + one.box.bottom) / 2
      const line = lines.find(({ top, bottom }) => middle > top && middle < bottom)
      if (line) line.all.push(one)
      else lines.push({ top: one.box.top, bottom: one.box.bottom, all: [one] })
    }
    const text = lines.map(({ all }) => all.sort((a, b) => a.box.left - b.box.left)
      .map(({ text, box }, at) => (at > 0 && box.left - all[at - 1].box.right > 1.5 ? ' ' : '') + text).join('')).join(' ')
    return text.replace(/ +/g, ' ').trim()
  }

  const shown = (html) => {
    const page = frame.contentDocument, view = frame.contentWindow
    page.open()
    page.write(`<!doctype html><meta charset=utf-8>${html}`)
    page.close()
    const say = (said, text, box, place) => {
      const node = place.nodeType === 11 ? place.host : place
      let how = ''
      for (let one = node; one !== null; one = one.parentElement) {
        const style = view.getComputedStyle(one)
        if (style.textDecorationLine.includes('line-through')) how = '~'
        if (['super', 'sub'].includes(style.verticalAlign)) how += '^'
      }
      const isWhite = view.getComputedStyle(node).color === 'rgb(255, 255, 255)'
      if (!isWhite && node.checkVisibility({ visibilityProperty: true })) said.push({ text: how + text, box })
    }
    const walk = (node, said) => {
      for (const child of node.childNodes) {
        if (child.nodeType === 3) {
          if (node.tagName === 'DETAILS' && !node.open) continue
          for (const found of child.data.matchAll(/[^\s\u200b\u00ad]/gu)) {
            const range = page.createRange()
            range.setStart(child, found.index)
            range.setEnd(child, found.index + found[0].length)
            const box = range.getBoundingClientRect()
            if (box.width > 0 && box.height > 0 && box.left < 900 && box.right > 0) say(said, found[0], box, node)
          }
        } else if (child.nodeType === 1) {
          const box = child.getBoundingClientRect(), marker = view.getComputedStyle(child).listStyleType
          if (/^["']/.test(marker) && box.height > 0) {
            say(said, marker, { top: box.top, bottom: box.top + 1, left: -99, right: -98 }, child)
          }
          if (['IMG', 'INPUT', 'SELECT'].includes(child.tagName) && child.getClientRects().length > 0) {
            say(said, `<${child.tagName}>`, box, child)
          }
          if (['TD', 'TH', 'CAPTION'].includes(child.tagName)) { // a table is read cell by cell
            const inside = []
            walk(child, inside)
            if (inside.length > 0) said.push({ text: ` ${arranged(inside)} `, box })
          } else walk(child.shadowRoot ?? child, said)
        }
      }
    }
    const said = []
    walk(page.documentElement, said)
    return arranged(said)
  }

  document.body.append(frame)
  const all = pages.map(shown)
  frame.remove()
  return all
}
