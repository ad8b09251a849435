// content-canon/1 (docs/content-canon.md) in JavaScript, without dependencies: Node 18 and later, browsers, workers.
// Strings may hold UTF-16 pairs; no expression below splits one.

const words = (text) => text.trim().split(' ')
const TRACKING = new Set(words(
  '_ga _gl _hsenc _hsmi dclid epik fbclid gad_source gbraid gclid gclsrc igshid li_fat_id mc_cid mc_eid mkt_tok msclkid ' +
  'oly_anon_id oly_enc_id s_cid srsltid ttclid twclid vero_id wbraid yclid'))
const WHOLE = ['body', 'html']
const HEADINGS = words('h1 h2 h3 h4 h5 h6')
const TABLE = words('caption col colgroup table tbody td tfoot th thead tr')
const BLOCKS = new Set([...words(
  'address article aside blockquote br center dd div dl dt figcaption figure footer header hgroup hr li main nav ol p section ul'),
...HEADINGS, ...TABLE])
const PLAIN = new Set([...words(
  'a abbr acronym b cite code dfn em i img ins kbd label mark picture samp source span strong time tt u var wbr'), ...BLOCKS, ...WHOLE])
const APART = new Set([...BLOCKS, ...words('details fieldset form pre summary')])
const PHRASES = words('bdi bdo big del font nobr q s small strike sub sup')
const VOID = new Set(words(
  'area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr'))
const LEAVES = words('title desc mi mn mo ms mtext')
const DRAWN = new Set([...LEAVES, ...words( // what may be in a drawing or a formula
  'circle clippath defs ellipse g line lineargradient marker mask path pattern polygon polyline radialgradient rect stop ' +
  'symbol text textpath tspan use mfrac mmultiscripts mover mpadded mphantom mroot mrow mspace msqrt mstyle msub ' +
  'msubsup msup mtable mtd mtr munder munderover')])
const REFERRING = words(
  'anchor aria-activedescendant aria-controls aria-describedby aria-details aria-errormessage aria-flowto aria-labelledby ' +
  'aria-owns commandfor for form headers interestfor itemref list popovertarget')
const LINKED = words('alternate author canonical help icon license next prev search shortlink')
const WORDS = ['alt', 'title']
const TARGETS = new Set(words('href src action formaction data poster'))
const RAW = new Set(words('script style xmp iframe noembed noframes noscript title textarea plaintext'))

// Attributes that leave no mark: of which elements, with which values (null: any).
const listed = (entries) => new Map(entries.map(([key, names, values]) =>
  [key, [new Set(words(names)), values && new RegExp(`^(?:${values})$`)]]))
const REL = '(?:nofollow|noopener|noreferrer|sponsored|ugc|external|bookmark|tag)', SHARE = '[1-9][0-9]%|100%'
const ROWS = 'td th tr thead tbody tfoot', ALL = [...PLAIN].join(' ')
const ALWAYS = listed([
  ['name', 'a', null], ['rel', 'a', `(?:${REL}(?: ${REL})*)?`], ['target', 'a', '_blank|_self|_parent|_top'], ['src', 'img', null],
  ['srcset', 'img source', null], ['sizes', 'img source', null], ['media', 'source', null], ['type', 'source', 'image/[a-z+-]+'],
  ['loading', 'img', 'lazy|eager'], ['decoding', 'img', 'async|sync|auto'], ['fetchpriority', 'img', 'high|low|auto'],
  ['width', 'img', `[1-9][0-9]{1,3}(?:px)?|${SHARE}`], ['height', 'img', `[1-9][0-9]{1,3}(?:px)?|${SHARE}`]])
const USUAL = listed([
  ['align', `${ROWS} h1 h2 h3 h4 h5 h6 div p`, 'left|right|center|justify'], ['border', 'img table', '[01]'],
  ['cellpadding', 'table', '1?[0-9]'], ['cellspacing', 'table', '1?[0-9]'], ['colspan', 'td th', '1'],
  ['lang', ALL, '[a-z]{2,3}(?:-[a-z0-9]{2,8})*'], ['rowspan', 'td th', '1'],
  ['role', 'table', 'none|presentation'], ['scope', 'th', 'col|row|colgroup|rowgroup'], ['start', 'ol', '1'], ['valign', ROWS, 'top|middle|bottom|baseline'],
  ['width', 'table td th col', SHARE]])
const FONTS = 'courier new|times new roman|trebuchet ms'
const FONT = `(?:arial|courier|georgia|helvetica|tahoma|times|verdana|monospace|sans-serif|serif|system-ui|'(?:${FONTS})'|"(?:${FONTS})")`
const ACROSS = '(?:0(?:px|em)?|(?:[1-9]|[123][0-9]|40)px|(?:[01](?:\\.[0-9]{1,3})?|2)em)'
const DOWN = '(?:0(?:px|em)?|(?:[1-9][0-9]?|100)px|(?:[0-5](?:\\.[0-9]{1,3})?|6)em)'
const MARGIN = `(?:auto|${ACROSS})`, MARGIN_DOWN = `(?:auto|${DOWN})`
const around = (across, down) => `${across}|${down} ${across}(?: ${down}(?: ${across})?)?`
const styles = (entries) => new Map(entries.map(([name, values]) => [name, new RegExp(`^(?:${values})$`)]))
const BLOCK_STYLES = styles([
  ['border-collapse', 'collapse|separate'], ['line-height', 'normal|[12](?:\\.[0-9]{1,3})?|3|[12][0-9]{2}%|300%'],
  ['margin', around(MARGIN, MARGIN_DOWN)], ['margin-bottom', MARGIN_DOWN], ['margin-left', MARGIN], ['margin-right', MARGIN],
  ['margin-top', MARGIN_DOWN], ['min-width', '100%'], ['mso-line-height-rule', 'exactly|at-least'], ['mso-table-lspace', '0(?:pt)?'],
  ['mso-table-rspace', '0(?:pt)?'], ['padding', around(ACROSS, DOWN)], ['padding-bottom', DOWN], ['padding-left', ACROSS],
  ['padding-right', ACROSS], ['padding-top', DOWN]])
const STYLES = styles([
  ['clear', 'none|left|right|both'], ['float', 'none'], ['font-family', `${FONT}(?: ?, ?${FONT})*`], ['font-style', 'normal|italic'],
  ['font-weight', 'normal|bold|[1-9]00'], ['height', 'auto'], ['list-style-type', 'disc|circle|square|decimal'],
  ['max-height', 'none'], ['max-width', `none|${SHARE}|[1-9][0-9]{2,3}px`], ['text-align', 'left|right|center|justify|start|end'],
  ['text-decoration', 'none|underline'], ['vertical-align', 'baseline'], ['width', `auto|${SHARE}`]
])

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
const CAPITAL = words('AMP COPY GT LT QUOT REG')
CAPITAL.forEach((name) => NAMES.set(name, NAMES.get(name.toLowerCase())))
const OLD = new Set([...LATIN, 'amp', 'gt', 'lt', 'quot', ...CAPITAL])
const WINDOWS = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

const mark = (name, value) => (value === undefined ? `\x01${name}\x02` : `\x01${name}=${value}\x02`)
// Until spaces are folded: where a line ends, and white space that is laid out (line end, tab, space). No clean text has these.
const BREAK = '\x03', LAID_OUT = { '\n': '\x04', '\r': '\x04', '\t': '\x05', ' ': '\x06', '\f': '\x06' }
const RUN = /[ \x03-\x06\xa0]+/g, WIDTHS = { '\xa0': 'f', '\x04': 'n', '\x05': 't', '\x06': 's', ' ': '' }
const single = (text) => text.replace(RUN, ' ')
const width = (run) => {
  const shown = [...run].map((one) => WIDTHS[one]).join('')
  return ['', 'f', 'ff', 's'].includes(shown) ? '' : mark('space', shown)
}
const folded = (text) => text.replace(RUN, (run) => ' ' + run.split(BREAK).map(width).join(''))
const trim = (text) => text.replace(/^ +| +$/g, '')
const WRAPPER = /\ufeff([\ufe00-\ufe0f\u{e0100}-\u{e01ef}]+)/gu
const WRAPPER_STARTS = [...'C2PATXT'].map((c) => String.fromCodePoint(0xe0100 + c.charCodeAt(0) - 16)).join('') + '\ufe00'

export const clean = (text, isLaidOut = false) => text
  .replace(WRAPPER, (whole, selectors) => (selectors.startsWith(WRAPPER_STARTS) ? '' : whole))
  .replace(/[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]/g, '\ufffd')
  .replace(/[\xad\u200b\u2060\ufeff]/g, '')
  .replace(/[\t\n\f\r ]+/g, (run) => (isLaidOut ? [...run].map((one) => LAID_OUT[one]).join('') : ' '))
  .replace(/[\xa0\u2000-\u2009\u202f\u205f\u3000]/g, '\xa0')
  .replace(/[\u2018\u2019\u201b]/g, "'").replace(/[\u201c\u201d\u201e\u201f]/g, '"').replace(/\u2026/g, '...')

const directions = (opened, text) => { // which are open after it: e for embeddings, i for isolates
  for (const control of text.match(/[\u202a-\u202e\u2066-\u2069]/g) ?? []) {
    if (control === '\u202c') opened = opened.replace(/e$/, '')
    else if (control === '\u2069') opened = opened.includes('i') ? opened.slice(0, opened.lastIndexOf('i')) : opened
    else opened += '\u2066\u2067\u2068'.includes(control) ? 'i' : 'e'
  }
  return opened
}
const character = (digits, base) => {
  const number = parseInt(digits, base)
  if (number >= 0x80 && number <= 0x9f) return WINDOWS[number - 0x80]
  return number > 0 && number <= 0x10ffff && !(number >= 0xd800 && number <= 0xdfff) ? String.fromCodePoint(number) : '\ufffd'
}
const named = (name, semicolon, following, inAttribute) => {
  if (semicolon) return NAMES.get(name) ?? `&\ufffd${name};`
  let length = name.length
  while (length > 1 && !OLD.has(name.slice(0, length))) length -= 1
  const isCut = inAttribute && (length < name.length || following === '=')
  if (length > 1 && !isCut) return NAMES.get(name.slice(0, length)) + name.slice(length)
  return `&${name}`
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
const exact = (text) => text.replace(/[^\x21-\x24\x26-\x5a\x5c-\x7e]/gu, escaped)
const exactName = (name) => exact(name).replaceAll('=', '%3D')
const lower = (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
export const countedTarget = (address) => {
  if (address.includes('\\')) return exact(address)
  const spelled = address.replace(/[\t\n\r]/g, '').replace(/^[ \f]+|[ \f]+$/g, '')
    .replace(/[^\x21\x23-\x3b\x3d\x3f-\x5a\x5c-\x7e]/gu, escaped).replace(/%[0-9a-fA-F]{2}/g, (found) => found.toUpperCase())
  const [before, hashed, fragment] = split(spelled, '#')
  const [path, asked, query] = split(before, '?')
  const [whole, scheme = '', host = ''] = /^([A-Za-z][A-Za-z0-9+.-]*:)?(\/\/[^/?#]*)?/.exec(path)
  const low = scheme.toLowerCase(), isWeb = ['', 'http:', 'https:'].includes(low)
  const kept = query.split('&').filter((one) => !(isWeb && isTracking(one.split('=')[0]))).join('&')
  const rest = path.slice(whole.length) || (low && isWeb && host ? '/' : '')
  return low + (host.includes('@') || !isWeb ? host : host.toLowerCase()) + rest + (asked && kept ? `?${kept}` : '') + hashed + fragment
}

const OPEN = /<(?:(!--)|([!?]|\/[^a-zA-Z])|(\/?)([a-zA-Z][^ \t\n\r\f/>]*))/gu
const ATTRIBUTE = /[ \t\n\r\f/]*(?:(>)|([^ \t\n\r\f/>][^ \t\n\r\f/>=]*)(?:[ \t\n\r\f]*(=)[ \t\n\r\f]*(?:"([^"]*)"|'([^']*)'|([^ \t\n\r\f"'>][^ \t\n\r\f>]*))?)?)/uy
const COMMENT_END = /--!?>/g
const NO_COMMENT = /-?>/y
const from = (expression, text, at) => { expression.lastIndex = at; return expression.exec(text) }

function tagAt (text, found, start) { // [name or null if it is never closed, attributes, end]
  const attributes = new Map()
  let at = start + found[0].length
  for (let one; (one = from(ATTRIBUTE, text, at)) !== null;) {
    at += one[0].length
    if (one[1]) return [lower(found[4]), attributes, at]
    const value = one[4] ?? one[5] ?? one[6]
    if (one[3] && value === undefined && (text[at] === '"' || text[at] === "'")) break
    const name = lower(one[2])
    if (!attributes.has(name)) attributes.set(name, value ?? '')
  }
  return [null, attributes, text.length]
}

const isListed = (known, name, key, value) => {
  const [names, values] = known.get(key) ?? [new Set(), null]
  return names.has(name) && (values === null || values.test(lower(value)))
}
const isUsualStyle = (name, value) => lower(value).split(';').map((one) => trim(one.replace(/[ \t\n\r\f]+/g, ' '))).filter(Boolean)
  .every((one) => {
    const found = /^(.*?) ?: ?(.*)$/s.exec(one)
    const known = found && (STYLES.get(found[1]) ?? (BLOCKS.has(name) ? BLOCK_STYLES.get(found[1]) : undefined))
    return known ? known.test(found[2].replace(/ ?! ?important$/, '')) : false
  })
function telling (name, attributes, isWithin) { // the names of the attributes that count
  const isFile = name === 'source' && attributes.has('src') // of a film or a sound: all of it counts
  const counted = [...attributes.keys()].filter((key) => !(key === 'class' || key === 'id' || /^data-[a-z0-9._-]+$/.test(key) ||
    (!isFile && isListed(ALWAYS, name, key, attributes.get(key)))))
  if (isWithin || !PLAIN.has(name)) return counted
  const unusual = counted.filter((key) => !(key === 'style'
    ? isUsualStyle(name, attributes.get(key))
    : isListed(USUAL, name, key, attributes.get(key))))
  return unusual.every((key) => WORDS.includes(key) || (name === 'a' && key === 'href')) ? unusual : counted
}

// Which elements are open. Markup that browsers would have to mend is tangled: its canon is the markup as it stands.
class Tangled extends Error {}
const MAY_STAY_OPEN = words('p li dd dt caption colgroup td th tr thead tbody tfoot')
const BETWEEN_CELLS = words('table thead tbody tfoot tr colgroup')
const PARENTS = new Map([
  ['caption', 'table'], ['colgroup', 'table'], ['col', 'table colgroup'], ['thead', 'table'], ['tbody', 'table'], ['tfoot', 'table'],
  ['tr', 'table thead tbody tfoot'], ['td', 'tr'], ['th', 'tr']].map(([name, parents]) => [name, words(parents)]))
const ENDING_PARAGRAPHS = new Set([...BLOCKS, ...words('details dialog dir fieldset form listing menu plaintext pre search summary xmp')])
ENDING_PARAGRAPHS.delete('br')
const ITEMS = [[['li'], ['ul', 'ol']], [['dd', 'dt'], ['dl']]]
const CELLS = ['td', 'th', 'caption'], MOVED = words('blockquote dd figure ol ul')
const isAside = (declaration) => {
  const found = /(?:margin|padding)(?!-top|-bottom)/.exec(declaration)
  return found !== null && /[1-9]/.test(declaration.slice(found.index + found[0].length))
}
const movesOf = (name, style) => (MOVED.includes(name) ? 1 : 0) + style.split(';').filter(isAside).length
const DEEPEST = 100, FURTHEST = 5
const PLACES = { caption: 1, colgroup: 2, col: 2, thead: 3, tbody: 4, tr: 4, tfoot: 5 } // of even ones there may be several
class Nesting {
  open = []
  places = [] // of the tables that are open, how far each has come
  get top () { return this.open.at(-1)?.name ?? '' }
  get isMarked () { return this.open.some((one) => one.isMarked) }
  closed = []
  taken () { return this.closed.splice(0) } // once, what was closed since
  get isLaidOut () { return this.open.some((one) => one.isLaidOut) }
  get isStrict () { return this.open.some((one) => one.isStrict) }
  has (names, within = []) {
    const found = this.open.findLast((one) => names.includes(one.name) || within.includes(one.name))
    return found !== undefined && names.includes(found.name)
  }
  require (condition) { if (!condition) throw new Tangled() }
  seeWords () { this.require(!BETWEEN_CELLS.includes(this.top)) }
  pop () {
    this.closed.push(this.open.pop())
    return this.closed.at(-1)
  }
  close () { this.require(!this.pop().isMarked) }
  leave (until) { while (MAY_STAY_OPEN.includes(this.top) && !until.includes(this.top)) this.close() }
  makeRoom (name) {
    if (PARENTS.has(name)) {
      this.leave(PARENTS.get(name))
      this.require(PARENTS.get(name).includes(this.top))
      return this.top === 'table' && this.require(this.isInOrder(name))
    }
    this.seeWords()
    this.require(!['a', 'form'].includes(name) || !this.has([name]))
    if (!ENDING_PARAGRAPHS.has(name)) return
    if (this.top === 'p') this.close()
    for (const [items, lists] of ITEMS) {
      if (items.includes(name) && items.includes(this.top)) this.close()
      this.require(!items.includes(name) || !this.has(items, [...lists, ...CELLS]))
    }
    this.require(!this.has(['p'], CELLS) && !(HEADINGS.includes(name) && this.has(HEADINGS, CELLS)))
  }
  isInOrder (name) {
    const place = PLACES[name], before = this.places.pop()
    this.places.push(place)
    return before < place || (before === place && place % 2 === 0)
  }
  push (element) {
    if (!VOID.has(element.name)) this.open.push(element)
    if (element.name === 'table') this.places.push(0)
    this.require(this.open.length <= DEEPEST && this.open.reduce((sum, one) => sum + one.moves, 0) <= FURTHEST)
    this.require(element.name !== 'frameset')
  }
  end (name) {
    if (name === 'p' && !this.has(['p']) && !this.isMarked) return this.seeWords()
    if (BLOCKS.has(name)) this.leave([name])
    this.require(this.top === name)
    if (name === 'table') this.places.pop()
    return this.pop()
  }
}

// Scripts, drawings, formulas: only those that end at the same place for every browser.
const TAG = new RegExp('<(/?)([a-zA-Z][a-zA-Z0-9]*)(?:[ \\t\\n\\f]+[^ \\t\\n\\f/<>"\'=]+' +
  '(?:=(?:"[^<>"]*"|\'[^<>\']*\'|[^ \\t\\n\\f/<>"\'=`]+))?)*[ \\t\\n\\f]*(/?)>', 'g')
const isForeignName = (name) => name === 'svg' || name === 'math'
function isDrawn (content) {
  const opened = []
  for (const [, slash, spelled, closed] of content.matchAll(TAG)) {
    const name = lower(spelled)
    if (!DRAWN.has(name)) return false
    if (slash) { if (opened.pop() !== name) return false; continue }
    if (LEAVES.includes(opened.at(-1))) return false
    if (!closed) opened.push(name)
  }
  return opened.length === 0 && !/[<>]/.test(content.replace(TAG, ''))
}
function isEnclosed (name, tag, content) {
  if (isForeignName(name)) return !tag.endsWith('/>') && isDrawn(content)
  if (name === 'noscript') return !/[<>]/.test(content.replace(TAG, (whole, slash, spelled) => (lower(spelled) === 'img' ? '' : '<')))
  return !['<!--', '<![cdata[', `<${name}`].some((one) => lower(content).includes(one))
}
const isKnown = (name, values, isInSelect) => {
  const isScript = name === 'script' && !/^application\/(?:[a-z.-]+\+)?json$/.test(lower(values.get('type') ?? ''))
  const isSheet = name === 'style' || (name === 'link' && !LINKED.includes(lower(values.get('rel') ?? '')))
  return !isScript && !isSheet && !(isInSelect && !['option', 'optgroup', 'hr'].includes(name)) &&
    ![...values].some(([key, value]) => /^on[a-z]+$/.test(key) || lower(value).replace(/[\x00-\x20]+/g, '').startsWith('javascript:'))
}

const raw = (name, text) => mark(name, exact(text))
const called = (name) => (name === 's' || name === 'strike' ? 'del' : exactName(name))
const attributeMark = (key, value) => {
  if (!WORDS.includes(key)) return mark(exactName(key), TARGETS.has(key) ? countedTarget(value) : exact(value))
  const plain = trim(single(clean(value)))
  return plain ? mark(key, plain) : ''
}

function finished (parts) {
  const text = folded(parts.join('').normalize('NFC'))
  const FACT = / ?\[[Ff][Aa][Cc][Tt]: ?([A-Za-z0-9._:/-]+)\]/g
  const facts = [...new Set([...text.matchAll(FACT)].map((found) => found[1]))].sort()
  const isApart = (following) => following === undefined || '\x01\x02 .,;:!?)][\'"'.includes(following)
  const bare = text.replace(FACT, (whole, id, at) => (isApart(text[at + whole.length]) ? '' : ' '))
  return { text: trim(single(bare)), facts }
}

export const textCanon = (text) => finished([clean(text)])

export function htmlCanon (html) {
  const text = html.replace(/\r\n?/g, '\n')
  try { return finished(partsOf(text)) } catch (error) {
    if (error instanceof Tangled) return { text: raw('raw', text), facts: [] }
    throw error
  }
}

function partsOf (text, named = new Set()) { // of ids, those named count with their elements
  const parts = [], nesting = new Nesting(), referred = new Set(), places = [], linked = new Map()
  const link = (target, links) => linked.set(target, (linked.get(target) ?? 0) + links)
  let at = 0, isAllLaidOut = false, isAllMarked = false // html or body has a mark, and everything is in those
  let opened = '' // directions in this line
  const apart = (name) => {
    if (!APART.has(name)) return
    if (opened) parts.push(mark('line'))
    parts.push(BREAK)
    opened = ''
  }
  const words = (piece) => {
    if (/[^ \t\n\f]/.test(piece)) nesting.seeWords()
    const text = decoded(piece)
    opened = directions(opened, text)
    parts.push(clean(text, isAllLaidOut || nesting.isLaidOut))
  }
  const endLink = ({ target, start, content }) => {
    const shown = single(parts.slice(content).join('')), marks = parts.slice(start, content).join(''), href = mark('href', target)
    const isText = marks === href && (target === countedTarget(shown) || target === `mailto:${shown}`)
    const isAnchor = marks === href || marks === mark('a') + mark('aria-hidden', 'true') + href
    const isPlace = shown === '' && target.startsWith('#') && isAnchor
    if (isText || isPlace) parts.fill('', start, content)
    else parts.push(mark('/a'))
    if (isPlace) link(target, -1)
  }
  const endCells = () => {
    for (const { name, content } of nesting.taken()) {
      if ((name === 'td' || name === 'th') && trim(single(parts.slice(content).join(''))) === '') parts.push(mark('empty'))
    }
  }
  const startTag = (name, attributes) => {
    const values = new Map([...attributes].map(([key, value]) => [key, decoded(value, true)]))
    nesting.require(isKnown(name, values, nesting.has(['select'])))
    for (const key of REFERRING) for (const id of (values.get(key) ?? '').match(/[^ \t\n\r\f]+/g) ?? []) referred.add(id)
    const isNamed = values.has('id') && named.has(values.get('id'))
    const keys = [...telling(name, values, isNamed || isAllMarked || nesting.isMarked), ...(isNamed ? ['id'] : [])]
    const isLink = name === 'a' && values.has('href'), isForeign = isForeignName(name)
    const isTold = keys.some((key) => !WORDS.includes(key) && !(isLink && key === 'href'))
    const isMarked = !PLAIN.has(name) || isTold || isAllMarked || nesting.isStrict
    const isStrict = isMarked && !(PHRASES.includes(name) && !isTold)
    if (!WHOLE.includes(name)) { nesting.makeRoom(name); endCells(); apart(name) }
    for (const key of name === 'a' ? ['id', 'name'] : ['id']) {
      if (values.has(key)) places.push([parts.push('') - 1, countedTarget('#' + values.get(key))])
    }
    if ((name === 'a' || name === 'area') && values.has('href')) link(countedTarget(values.get('href')), 1)
    const start = parts.length
    if (!isForeign) {
      if (isMarked || name === 'img') parts.push(mark(called(name)))
      parts.push(...keys.map((key) => [exactName(key), key]).sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([, key]) => attributeMark(key, values.get(key))))
    }
    const style = lower(values.get('style') ?? '')
    const isLaidOut = ['pre', 'listing', 'textarea'].includes(name) || style.includes('white') || style.includes('\\')
    if (WHOLE.includes(name)) { isAllMarked ||= isMarked; isAllLaidOut ||= isLaidOut; return }
    nesting.push({ name, isMarked, isStrict, isLaidOut, moves: movesOf(name, style), start, content: parts.length, target: isLink ? countedTarget(values.get('href')) : null })
    apart(name)
  }
  const endTag = (name) => {
    if (WHOLE.includes(name)) return
    const element = nesting.end(name)
    endCells()
    apart(name)
    if (element && element.target !== null) endLink(element)
    else if (element && element.isMarked) parts.push(mark('/' + called(name)))
    apart(name)
  }
  for (let found; (found = from(OPEN, text, at)) !== null;) {
    const start = found.index
    if (at < start) words(text.slice(at, start))
    if (found[1]) {
      const end = from(NO_COMMENT, text, start + 4) ?? from(COMMENT_END, text, start + 4)
      const said = end ? text.slice(start + 4, end.index) : ''
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
      if (found[3]) { endTag(name); continue }
      startTag(name, attributes)
      const isForeign = isForeignName(name)
      if (!isForeign && !RAW.has(name)) continue
      const close = from(new RegExp(`</${name}(?=[ \\t\\n\\f/>])`, 'gi'), text, at)
      const stop = close === null || name === 'plaintext' ? text.length : close.index
      nesting.require(isEnclosed(name, text.slice(start, at), text.slice(at, stop)))
      const content = text.slice(isForeign ? start : at, stop)
      if (name === 'title' || name === 'textarea') words(content)
      else parts.push(raw(isForeign ? 'drawing' : 'raw', content))
      at = stop
    }
  }
  if (at < text.length) words(text.slice(at))
  for (const [at, target] of places) if (linked.get(target) > 0) parts[at] = mark('place', target)
  return named.size === 0 && referred.size > 0 ? partsOf(text, referred) : parts
}

// fields: [{id, text, format: "text" | "html"}]; Markdown is rendered as HTML first.
export const canons = (fields) => fields.map(({ id, text, format }) =>
  ({ id, ...(format === 'html' ? htmlCanon(text) : textCanon(text)) }))
