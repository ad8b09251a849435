// content-canon/1 (docs/content-canon.md) in JavaScript, without dependencies: Node 18 and later, browsers, workers.
// Strings may hold UTF-16 pairs; no expression below splits one.

const words = (text) => text.trim().split(' ')
const TRACKING = new Set(words(
  '_ga _gl _hsenc _hsmi dclid epik fbclid gad_source gbraid gclid gclsrc igshid li_fat_id mc_cid mc_eid mkt_tok msclkid ' +
  'oly_anon_id oly_enc_id s_cid srsltid ttclid twclid vero_id wbraid yclid'))
const INLINE = new Set(words(
  'a abbr acronym b bdi bdo big button cite code data del dfn em font i img input ins kbd label mark math q rp rt ruby ' +
  's samp select small span strike strong sub sup svg time tt u var wbr'))
const SEEN = new Set(words(
  'audio bdo button canvas datalist details dialog embed iframe img input marquee noscript object select template ' +
  'textarea video'))
const PAIRED = new Map([['del', 'del'], ['s', 'del'], ['strike', 'del'], ['sub', 'sub'], ['sup', 'sup']])
const TARGETS = new Set(words('href src action formaction data poster'))
const WORDS = new Set(words('alt title aria-label placeholder label content value srcdoc start'))
const FLAGS = new Set(words('hidden checked http-equiv'))
const HARMLESS = new Set(words(
  'text-align vertical-align float clear font-family font-style font-weight text-decoration width max-width height ' +
  'max-height list-style-type'))
const RAW = new Set(words('script style xmp iframe noembed noframes title textarea plaintext'))

// HTML 4: U+00A0 to U+00FF in order, then all others with their code points.
const LATIN = words(
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro ' +
  'para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil ' +
  'Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave ' +
  'Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml ' +
  'igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute ' +
  'thorn yuml ')
const OTHERS = words(
  'quot:22 amp:26 lt:3c gt:3e OElig:152 oelig:153 Scaron:160 scaron:161 Yuml:178 fnof:192 circ:2c6 tilde:2dc Alpha:391 ' +
  'Beta:392 Gamma:393 Delta:394 Epsilon:395 Zeta:396 Eta:397 Theta:398 Iota:399 Kappa:39a Lambda:39b Mu:39c Nu:39d ' +
  'Xi:39e Omicron:39f Pi:3a0 Rho:3a1 Sigma:3a3 Tau:3a4 Upsilon:3a5 Phi:3a6 Chi:3a7 Psi:3a8 Omega:3a9 alpha:3b1 beta:3b2 ' +
  'gamma:3b3 delta:3b4 epsilon:3b5 zeta:3b6 eta:3b7 theta:3b8 iota:3b9 kappa:3ba lambda:3bb mu:3bc nu:3bd xi:3be ' +
  'omicron:3bf pi:3c0 rho:3c1 sigmaf:3c2 sigma:3c3 tau:3c4 upsilon:3c5 phi:3c6 chi:3c7 psi:3c8 omega:3c9 thetasym:3d1 ' +
  'upsih:3d2 piv:3d6 ensp:2002 emsp:2003 thinsp:2009 zwnj:200c zwj:200d lrm:200e rlm:200f ndash:2013 mdash:2014 ' +
  'lsquo:2018 rsquo:2019 sbquo:201a ldquo:201c rdquo:201d bdquo:201e dagger:2020 Dagger:2021 bull:2022 hellip:2026 ' +
  'permil:2030 prime:2032 Prime:2033 lsaquo:2039 rsaquo:203a oline:203e frasl:2044 euro:20ac image:2111 weierp:2118 ' +
  'real:211c trade:2122 alefsym:2135 larr:2190 uarr:2191 rarr:2192 darr:2193 harr:2194 crarr:21b5 lArr:21d0 uArr:21d1 ' +
  'rArr:21d2 dArr:21d3 hArr:21d4 forall:2200 part:2202 exist:2203 empty:2205 nabla:2207 isin:2208 notin:2209 ni:220b ' +
  'prod:220f sum:2211 minus:2212 lowast:2217 radic:221a prop:221d infin:221e ang:2220 and:2227 or:2228 cap:2229 ' +
  'cup:222a int:222b there4:2234 sim:223c cong:2245 asymp:2248 ne:2260 equiv:2261 le:2264 ge:2265 sub:2282 sup:2283 ' +
  'nsub:2284 sube:2286 supe:2287 oplus:2295 otimes:2297 perp:22a5 sdot:22c5 lceil:2308 rceil:2309 lfloor:230a ' +
  'rfloor:230b lang:2329 rang:232a loz:25ca spades:2660 clubs:2663 hearts:2665 diams:2666 ')
const NAMES = new Map([["apos", "'"]])
LATIN.forEach((name, index) => NAMES.set(name, String.fromCodePoint(0xa0 + index)))
OTHERS.forEach((pair) => NAMES.set(pair.split(':')[0], String.fromCodePoint(parseInt(pair.split(':')[1], 16))))
const OLD = new Set([...LATIN, 'amp', 'gt', 'lt', 'quot'])
const WINDOWS = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

const mark = (name, value) => (value === undefined ? `\x01${name}\x02` : `\x01${name}=${value}\x02`)
const single = (text) => text.replace(/ +/g, ' ')
const trim = (text) => text.replace(/^ +| +$/g, '')
const WRAPPER = /\ufeff([\ufe00-\ufe0f\u{e0100}-\u{e01ef}]+)/gu
const WRAPPER_STARTS = [...'C2PATXT'].map((c) => String.fromCodePoint(0xe0100 + c.charCodeAt(0) - 16)).join('') + '\ufe00'

export const clean = (text) => text
  .replace(WRAPPER, (whole, selectors) => (selectors.startsWith(WRAPPER_STARTS) ? '' : whole))
  .replace(/[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]/g, '\ufffd')
  .replace(/[\xad\u200b\u2060\ufeff]/g, '')
  .replace(/[\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g, ' ')
  .replace(/[\u2018\u2019\u201a\u201b]/g, "'").replace(/[\u201c\u201d\u201e\u201f]/g, '"').replace(/\u2026/g, '...')

const character = (digits, base) => {
  const number = parseInt(digits, base)
  if (number >= 0x80 && number <= 0x9f) return WINDOWS[number - 0x80]
  return number > 0 && number <= 0x10ffff && !(number >= 0xd800 && number <= 0xdfff) ? String.fromCodePoint(number) : '\ufffd'
}
const named = (name, semicolon, following, inAttribute) => {
  if (semicolon && NAMES.has(name)) return NAMES.get(name)
  let length = name.length
  while (length > 1 && !OLD.has(name.slice(0, length))) length -= 1
  const isCut = inAttribute && (length < name.length || (!semicolon && following === '='))
  if (length > 1 && !isCut) return NAMES.get(name.slice(0, length)) + name.slice(length) + semicolon
  return semicolon ? `&\ufffd${name};` : `&${name}`
}
export const decoded = (text, inAttribute = false) => text.replace(
  /&(?:#[xX]([0-9a-fA-F]+);?|#([0-9]+);?|([A-Za-z][A-Za-z0-9]*)(;?))/g,
  (whole, hex, decimal, name, semicolon, at) => name === undefined
    ? character(hex ?? decimal, hex === undefined ? 10 : 16)
    : named(name, semicolon, text[at + whole.length], inAttribute))

const escaped = (text) => [...new TextEncoder().encode(text)]
  .map((byte) => '%' + byte.toString(16).toUpperCase().padStart(2, '0')).join('')
const split = (text, by) => {
  const at = text.indexOf(by)
  return at < 0 ? [text, '', ''] : [text.slice(0, at), by, text.slice(at + by.length)]
}
const isTracking = (name) => TRACKING.has(name.toLowerCase()) || name.toLowerCase().startsWith('utm_')
export const countedTarget = (address) => {
  const spelled = address.replace(/[\t\n\r]/g, '').replace(/^[ \f]+|[ \f]+$/g, '')
    .replace(/[^\x21\x23-\x3b\x3d\x3f-\x7e]/gu, escaped).replace(/%[0-9a-fA-F]{2}/g, (found) => found.toUpperCase())
  const [before, hashed, fragment] = split(spelled, '#')
  const [path, asked, query] = split(before, '?')
  const kept = query.split('&').filter((one) => !isTracking(one.split('=')[0])).join('&')
  const [whole, scheme = '', host = ''] = /^([A-Za-z][A-Za-z0-9+.-]*:)?(\/\/[^/?#]*)?/.exec(path)
  const low = scheme.toLowerCase()
  const rest = path.slice(whole.length) || (['http:', 'https:'].includes(low) && host ? '/' : '')
  return low + (host.includes('@') ? host : host.toLowerCase()) + rest + (asked && kept ? `?${kept}` : '') + hashed + fragment
}

const OPEN = /<(?:(!--)|([!?]|\/[^a-zA-Z])|(\/?)([a-zA-Z][^ \t\n\r\f/>]*))/gu
const ATTRIBUTE = /[ \t\n\r\f/]*(?:(>)|([^ \t\n\r\f/>][^ \t\n\r\f/>=]*)(?:[ \t\n\r\f]*(=)[ \t\n\r\f]*(?:"([^"]*)"|'([^']*)'|([^ \t\n\r\f"'>][^ \t\n\r\f>]*))?)?)/uy
const COMMENT_END = /-->|(?<!<!)--!>/g
const from = (expression, text, at) => { expression.lastIndex = at; return expression.exec(text) }

function tagAt (text, found, start) { // [name or null if it is never closed, attributes, end]
  const attributes = new Map()
  let at = start + found[0].length
  for (let one; (one = from(ATTRIBUTE, text, at)) !== null;) {
    at += one[0].length
    if (one[1]) return [found[4].toLowerCase(), attributes, at]
    const value = one[4] ?? one[5] ?? one[6]
    if (one[3] && value === undefined && (text[at] === '"' || text[at] === "'")) break
    const name = one[2].toLowerCase()
    if (!attributes.has(name)) attributes.set(name, value ?? '')
  }
  return [null, attributes, text.length]
}

const raw = (name, text) => mark(name, trim(clean(text)))
function attributeMarks (name, attributes) {
  return [...attributes.keys()].sort().flatMap((key) => {
    const value = decoded(attributes.get(key), true)
    const plain = trim(single(clean(value)))
    if (TARGETS.has(key) && !(['src', 'poster'].includes(key) && ['img', 'source'].includes(name))) return [mark(key, countedTarget(value))]
    if (WORDS.has(key)) return plain && !(key === 'start' && plain === '1') ? [mark(key, plain)] : []
    if (FLAGS.has(key) || /^on[a-z]+$/.test(key) || (name === 'bdo' && key === 'dir')) return [mark(key, plain)]
    if (key !== 'style') return []
    return clean(value).split(';').map((one) => trim(single(one)))
      .filter((one) => one && !HARMLESS.has(trim(one.split(':')[0]).toLowerCase())).map((one) => mark('style', one))
  })
}

function finished (parts) {
  const text = single(parts.join('').normalize('NFC'))
  const FACT = / ?\[[Ff][Aa][Cc][Tt]: ?([A-Za-z0-9._:/-]+)\]/g
  const facts = [...new Set([...text.matchAll(FACT)].map((found) => found[1]))].sort()
  return { text: trim(single(text.replace(FACT, ''))), facts }
}

export const textCanon = (text) => finished([clean(text)])

export function htmlCanon (html) {
  const text = html.replace(/\r\n?/g, '\n')
  const parts = []
  let at = 0, link = '', linkAt = -1
  const endLink = () => {
    if (linkAt < 0) return
    const shown = parts.slice(linkAt + 1).join('')
    const isNone = link === countedTarget(shown) || link === `mailto:${shown}` || (shown === '' && link.startsWith('#'))
    isNone ? parts.splice(linkAt, 1) : parts.push(mark('/a'))
    linkAt = -1
  }
  for (let found; (found = from(OPEN, text, at)) !== null;) {
    const start = found.index
    if (at < start) parts.push(clean(decoded(text.slice(at, start))))
    if (found[1]) {
      const end = from(COMMENT_END, text, start + 2)
      const said = end ? text.slice(start + 4, Math.max(end.index, start + 4)) : ''
      if (!end) parts.push(raw('raw', text.slice(start)))
      else if (/^(?:[\t-\r ]*\[if(?![A-Za-z0-9_])|[^<]*<!\[endif\])/i.test(said)) parts.push(raw('comment', said))
      at = end ? end.index + end[0].length : text.length
    } else if (found[2]) {
      const end = text.indexOf('>', start + 2)
      const whole = end < 0 ? text.slice(start) : text.slice(start, end + 1)
      if (end < 0 || whole.slice(0, 9).toLowerCase() !== '<!doctype') parts.push(raw('raw', whole))
      at = start + whole.length
    } else {
      const [name, attributes, end] = tagAt(text, found, start)
      at = end
      if (name === null) { parts.push(raw('raw', text.slice(start))); continue }
      if (name === 'a') endLink()
      const isStart = !found[3]
      if (isStart && !INLINE.has(name)) parts.push(' ')
      if (name === 'q') parts.push('"')
      if (isStart && SEEN.has(name)) parts.push(mark(name))
      if (PAIRED.has(name)) parts.push(mark((isStart ? '' : '/') + PAIRED.get(name)))
      if (!isStart && !INLINE.has(name)) parts.push(' ')
      if (!isStart) continue
      if (name === 'a' && attributes.has('href')) [link, linkAt] = [countedTarget(decoded(attributes.get('href'), true)), parts.length]
      parts.push(...attributeMarks(name, attributes))
      const isForeign = name === 'svg' || name === 'math'
      if (!isForeign && !RAW.has(name)) continue
      const close = from(new RegExp(`</${name}(?=[ \\t\\n\\f/>])`, 'gi'), text, at)
      const stop = close === null || name === 'plaintext' ? text.length : close.index
      const content = text.slice(isForeign ? start : at, stop)
      parts.push(name === 'title' || name === 'textarea' ? clean(decoded(content)) : raw(isForeign ? 'drawing' : 'raw', content))
      at = stop
    }
  }
  if (at < text.length) parts.push(clean(decoded(text.slice(at))))
  endLink()
  return finished(parts)
}

// fields: [{id, text, format: "text" | "html"}]; Markdown is rendered as HTML first.
export const canons = (fields) => fields.map(({ id, text, format }) =>
  ({ id, ...(format === 'html' ? htmlCanon(text) : textCanon(text)) }))
