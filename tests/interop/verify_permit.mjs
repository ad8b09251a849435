// May this text be published? The verifier of publish permits in JavaScript, without dependencies (Node 18 and later):
// on the command line (USAGE, at the end), or verifyPermit() in a program. Everything but 0, or an empty list, means: do not publish.
import { webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { canons } from './content_canon.mjs'

const LEVELS = ['AUTO_PASS', 'HUMAN_1', 'HUMAN_2', 'BREAK_GLASS']
const HOUR = 3_600_000, DAY = 24 * HOUR, SKEW = 120_000, AHEAD = 30 * DAY, MAX_BYTES = 1 << 20, MAX_SIGNATURES = 16
const PRIME = 2n ** 255n - 19n, EIGHT = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n
const SMALL = [0n, 1n, PRIME - 1n, EIGHT, PRIME - EIGHT]
const PLACE = ['channel', 'market', 'locale']
class Unreadable extends Error {}

const utf8 = (bytes) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
const bytesOf = (text) => new TextEncoder().encode(text)
const joined = (...parts) => Uint8Array.from(parts.flatMap((one) => [...one]))
const hex = (bytes) => [...bytes].map((one) => one.toString(16).padStart(2, '0')).join('')
const sha256 = async (bytes) => new Uint8Array(await webcrypto.subtle.digest('SHA-256', bytes))
const equal = (one, other) => hex(one) === hex(other)
const need = (condition, why) => { if (!condition) throw new Unreadable(why) }

function base64 (text) { // the one standard spelling only
  need(typeof text === 'string' && /^[A-Za-z0-9+/]+={0,2}$/.test(text), 'no base64')
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'))
  need(Buffer.from(bytes).toString('base64') === text, 'base64 in another spelling')
  return bytes
}

const keysIn = (value) => value === null || typeof value !== 'object'
  ? 0
  : Object.values(value).reduce((sum, one) => sum + keysIn(one), Array.isArray(value) ? 0 : Object.keys(value).length)
const stringsIn = (value) => typeof value === 'string'
  ? [value]
  : value !== null && typeof value === 'object' ? [...Object.keys(value), ...Object.values(value).flatMap(stringsIn)] : []
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
function strictJson (bytes) { // UTF-8, no byte order mark, no key twice, no half of a surrogate pair
  try {
    const text = utf8(bytes), value = JSON.parse(text)
    const written = [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter((found) => found[1]).length
    need(written === keysIn(value), 'a key twice')
    need(!text.includes('\\u') || !LONE.test(stringsIn(value).join('\n')), 'half a character')
    return value
  } catch (error) { throw new Unreadable(String(error)) }
}
const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`
}
const hasKeys = (value, ...keys) => value !== null && typeof value === 'object' && !Array.isArray(value) &&
  canonical(Object.keys(value).sort()) === canonical(keys.sort())

function envelopeOf (bytes) {
  need(bytes.length <= MAX_BYTES, 'too large')
  const value = strictJson(bytes)
  need(hasKeys(value, 'payload', 'payloadType', 'signatures') && Array.isArray(value.signatures), 'no envelope')
  need(value.signatures.length <= MAX_SIGNATURES && typeof value.payloadType === 'string', 'no envelope')
  const signatures = value.signatures.map((one) => {
    need(hasKeys(one, 'keyid', 'sig') && typeof one.keyid === 'string', 'no signature')
    const data = base64(one.sig)
    need(data.length === 64, 'no signature')
    return data
  })
  const payload = base64(value.payload), type = bytesOf(value.payloadType)
  need(value.payloadType === 'application/vnd.in-toto+json', 'no in-toto statement')
  return { payload, signatures, signed: joined(bytesOf(`DSSEv1 ${type.length} `), type, bytesOf(` ${payload.length} `), payload) }
}

// The shape of a statement: a value of each type, or one entry that all of an array have. Anything else is no permit.
const TEXT = (value) => typeof value === 'string'
const WHOLE = (value) => Number.isSafeInteger(value)
const SHA256 = { sha256: (value) => TEXT(value) && /^[0-9a-f]{64}$/.test(value) }
const is = (wanted) => (value) => value === wanted
const MOMENT = (value) => {
  const at = TEXT(value) && /^(?!0000)\d{4}-/.test(value) ? new Date(value) : new Date(NaN)
  return !Number.isNaN(at.getTime()) && at.toISOString() === value
}
const PREDICATE = {
  permitId: TEXT, verifier: { id: is('urn:guardrails'), version: TEXT }, timeVerified: MOMENT, notBefore: MOMENT,
  notAfter: MOMENT, policy: { digest: SHA256 }, verificationResult: TEXT,
  verifiedLevels: (value) => Array.isArray(value) && value.length === 1 && LEVELS.includes(value[0]),
  channel: [TEXT], market: [TEXT], locale: [TEXT], obligations: [{ code: TEXT, due: TEXT, text: TEXT }],
  disclosures: [{ rule: TEXT, title: TEXT }], accountable: TEXT, author: TEXT,
  decision: { check: TEXT, assessment: SHA256 }, log: { origin: TEXT, index: WHOLE, size: WHOLE, root: TEXT },
  approvals: [{ record: TEXT, role: TEXT, person: TEXT }], facts: [TEXT], nonce: TEXT
}
const STATEMENT = {
  _type: is('https://in-toto.io/Statement/v1'), predicateType: is('urn:guardrails:publish-permit:v1'), predicate: PREDICATE,
  subject: (value) => Array.isArray(value) && value.length === 2 && value.every((one, index) =>
    fits({ name: is(['content', 'content#content-canon/1'][index]), digest: SHA256 }, one))
}
const fits = (shape, value) => {
  if (typeof shape === 'function') return shape(value)
  if (Array.isArray(shape)) return Array.isArray(value) && value.every((one) => fits(shape[0], one))
  return hasKeys(value, ...Object.keys(shape)) && Object.keys(shape).every((key) => fits(shape[key], value[key]))
}
function permitOf (payload) {
  const statement = strictJson(payload)
  need(canonical(statement) === utf8(payload) && fits(STATEMENT, statement), 'no permit of this version')
  const said = statement.predicate, level = said.verifiedLevels[0]
  const from = Date.parse(said.notBefore), until = Date.parse(said.notAfter)
  need(said.verificationResult === (level === 'BREAK_GLASS' ? 'FAILED' : 'PASSED'), 'another result')
  const made = Date.parse(said.timeVerified)
  need(until > from && until - from <= (level === 'BREAK_GLASS' ? 4 * HOUR : 7 * DAY), 'valid for too long')
  need(from >= made - SKEW && from <= made + AHEAD, 'begins before it was made, or long after')
  const [raw, canon] = statement.subject.map((one) => one.digest.sha256)
  return { ...said, level, from, until, raw, canon, made }
}

async function publicOf (vkey) {
  const found = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(vkey)
  need(found, 'no public key')
  const data = base64(found[3])
  need(data.length === 33 && data[0] === 1, 'no Ed25519 key')
  need(hex((await sha256(joined(bytesOf(found[1] + '\n'), data))).slice(0, 4)) === found[2], 'another hash')
  const y = BigInt('0x' + hex(data.slice(1).reverse())) & (2n ** 255n - 1n)
  need(y < PRIME && !SMALL.includes(y), 'a point that anybody can sign for')
  return data.slice(1)
}
export async function trustOf (bytes) {
  const value = JSON.parse(utf8(bytes)), owners = new Map()
  need(value.schema === 'guardrails.trust/v1', 'no trust file')
  const keys = await Promise.all(value.keys.map(async (one) => {
    need(['permit', 'checkpoint', 'approver'].includes(one.purpose) && MOMENT(one.from), 'no key')
    need(one.until === null || MOMENT(one.until), 'no end')
    need([undefined, false].includes(one.compromised) || (one.compromised === true && one.until !== null), 'no theft')
    need(one.purpose !== 'approver' || one.person, 'an approver without a person')
    const key = await publicOf(one.vkey)
    return { ...one, key, name: one.vkey.split('+')[0], from: Date.parse(one.from), until: one.until === null ? Infinity : Date.parse(one.until) }
  }))
  for (const one of keys) {
    const owner = canonical([one.purpose, one.person])
    need((owners.get(hex(one.key)) ?? owner) === owner, 'a key for two purposes or people')
    owners.set(hex(one.key), owner)
  }
  return { origin: value.origin, keys, of: (purpose, at) => keys.filter((one) => one.purpose === purpose && one.from - SKEW <= at && at < one.until) }
}
async function holds (key, signature, message) {
  const imported = await webcrypto.subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify'])
  return webcrypto.subtle.verify({ name: 'Ed25519' }, imported, signature, message)
}
async function anyHolds (keys, signatures, message) {
  for (const one of keys) for (const data of signatures) if (await holds(one.key, data, message)) return true
  return false
}

function noteOf (bytes) { // C2SP signed-note
  const text = utf8(bytes), cut = text.lastIndexOf('\n\n')
  need(cut >= 0 && text.endsWith('\n') && !/[\x00-\x09\x0b-\x1f]/.test(text), 'no signed note')
  const signatures = text.slice(cut + 2, -1).split('\n').map((line) => {
    const found = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line)
    need(found, 'no signature')
    return { name: found[1], data: base64(found[2]) }
  })
  return { text: text.slice(0, cut + 1), signatures }
}
async function isNoteBy (note, keys) {
  for (const one of keys) {
    const id = (await sha256(joined(bytesOf(`${one.name}\n\x01`), one.key))).slice(0, 4)
    const own = note.signatures.filter(({ name, data }) => name === one.name && equal(data.slice(0, 4), id))
    if (await anyHolds([one], own.map(({ data }) => data.slice(4)), bytesOf(note.text))) return true
  }
  return false
}
async function revocationsOf (bytes, trust) {
  const note = noteOf(bytes)
  const [header, origin, size, at, ...lines] = note.text.slice(0, -1).split('\n')
  need(header === 'guardrails-revocations/v1' && /^(0|[1-9][0-9]{0,15})$/.test(size) && MOMENT(at), 'no list')
  need(lines.every((one) => /^prm_[0-9a-z]{26} [a-z][a-z-]*$/.test(one)), 'no list')
  need(origin === trust.origin && await isNoteBy(note, trust.of('permit', Date.parse(at)).filter((one) => !one.compromised)), 'not trusted')
  return { size: Number(size), at: Date.parse(at), revoked: new Map(lines.map((one) => one.split(' '))) }
}
async function isOnRecord (bytes, payload, permit, trust, before = Infinity) { // C2SP tlog-proof, RFC 9162 2.1.3.2
  try {
    const text = utf8(bytes), cut = text.indexOf('\n\n')
    const [header, extra, place, ...hashes] = text.slice(0, cut).split('\n')
    const note = noteOf(bytesOf(text.slice(cut + 2)))
    const [origin, size, root] = note.text.split('\n')
    need(header === 'c2sp.org/tlog-proof@v1' && extra.startsWith('extra ') && /^index (0|[1-9][0-9]{0,15})$/.test(place), 'no proof')
    need(/^(0|[1-9][0-9]{0,15})$/.test(size), 'no checkpoint')
    const record = base64(extra.slice(6)), said = strictJson(record)
    need(before === Infinity || said.at_ms < before, 'too late')
    need(said.type === 'permit' && said.permit_id === permit.permitId && said.statement_sha256 === hex(await sha256(payload)), 'another permit')
    need(origin === trust.origin && await isNoteBy(note, trust.keys.filter((one) => one.purpose === 'checkpoint' && !one.compromised)), 'not trusted')
    let index = BigInt(place.slice(6)), last = BigInt(size) - 1n, at = await sha256(joined([0], record))
    need(index <= last, 'beyond the end')
    for (const hash of hashes.map(base64)) {
      need(last > 0n, 'too many hashes')
      if (index & 1n || index === last) {
        at = await sha256(joined([1], hash, at))
        while (!(index & 1n) && index !== 0n) [index, last] = [index >> 1n, last >> 1n]
      } else {
        at = await sha256(joined([1], at, hash))
      }
      [index, last] = [index >> 1n, last >> 1n]
    }
    return last === 0n && equal(at, base64(root))
  } catch { return false }
}

// asked: {fields, trust, at, channel, market, locale, levels, exact, revocations, maxAge, proof}, of which all but the first three
// may be undefined. Returns the codes of whatever speaks against publishing; throws if the question makes no sense.
function requireQuestion ({ fields, at, maxAge, levels, revocations, proof, ...place }) {
  const require = (condition, what) => { if (!condition) throw new TypeError(`verifyPermit: ${what}`) }
  require(Array.isArray(fields) && fields.length > 0, 'fields: what is about to be published')
  require(fields.every((one) => [one.id, one.text].every(TEXT) && ['text', 'html', 'markdown'].includes(one.format)), 'fields: id, text, format')
  require(Number.isSafeInteger(at), 'at: milliseconds since the epoch')
  require(maxAge === undefined || (Number.isSafeInteger(maxAge) && maxAge >= 0), 'maxAge: milliseconds')
  require(levels === undefined || (levels.length > 0 && levels.every((one) => LEVELS.includes(one))), `levels: of ${LEVELS.join(', ')}`)
  for (const key of PLACE) require(place[key] === undefined || (TEXT(place[key]) && place[key] !== ''), `${key}: a name`)
  for (const one of [revocations, proof]) require(one === undefined || one instanceof Uint8Array, 'revocations and proof: bytes')
}

export async function verifyPermit (bytes, asked) {
  requireQuestion(asked)
  const refusals = []
  const refuse = (condition, code) => { if (condition) refusals.push(code) }
  let envelope, permit
  try {
    envelope = envelopeOf(bytes)
    permit = permitOf(envelope.payload)
  } catch (error) {
    if (error instanceof Unreadable) return ['permit-unreadable']
    throw error
  }
  const { trust, at } = asked
  const live = trust.of('permit', permit.made), signers = []
  for (const one of live) if (await anyHolds([one], envelope.signatures, envelope.signed)) signers.push(one)
  if (!signers.length) return ['signature']
  if (permit.log.origin !== trust.origin) return ['other-ledger']
  if (signers.every((one) => one.compromised)) { // whoever stole it writes any date: only the ledger knows
    const before = Math.max(...signers.map((one) => one.until))
    if (!asked.proof || !await isOnRecord(asked.proof, envelope.payload, permit, trust, before)) return ['key-compromised']
  }
  refuse(!(asked.levels ?? LEVELS).includes(permit.level), 'level')
  if (permit.level === 'HUMAN_2') {
    const people = new Set(permit.approvals.map((one) => one.person).filter((one) => one !== permit.author)), signed = new Set()
    for (const one of trust.of('approver', at)) {
      if (people.has(one.person) && await anyHolds([one], envelope.signatures, envelope.signed)) signed.add(one.person)
    }
    refuse(signed.size < 2, 'approvers')
  }
  const raw = hex(await sha256(bytesOf(canonical(asked.fields))))
  if (raw !== permit.raw) {
    const isReadable = asked.fields.every((one) => one.format !== 'markdown') // there is no renderer here
    const found = isReadable && !asked.exact ? canons(asked.fields) : []
    const digest = hex(await sha256(bytesOf(canonical(found.map(({ id, text }) => ({ canon: text, id }))))))
    refuse(!isReadable || asked.exact || digest !== permit.canon || !found.every((one) => one.facts.every((fact) => permit.facts.includes(fact))), 'content')
  }
  refuse(at < Math.max(permit.from, permit.made) - SKEW, 'too-early')
  refuse(at >= permit.until, 'expired')
  for (const key of PLACE) refuse(asked[key] !== undefined && !permit[key].includes(asked[key]), key)
  if (asked.revocations !== undefined) {
    try {
      const listed = await revocationsOf(asked.revocations, trust)
      refuse(listed.revoked.has(permit.permitId), 'revoked')
      refuse(listed.size < permit.log.size || listed.at + (asked.maxAge ?? DAY) < at, 'revocations-old')
    } catch { refuse(true, 'revocations') }
  }
  refuse(asked.proof !== undefined && !await isOnRecord(asked.proof, envelope.payload, permit, trust), 'proof')
  return refusals
}

const USAGE = `May this text be published?

  node verify_permit.mjs CONTENT PERMIT --trust FILE [options]

CONTENT is a file (.html .htm .md .markdown .txt), or - for the standard input (with --as). PERMIT is the permit.

  --trust FILE               the trust file (guardrails permit trust)
  --channel NAME             where it is about to be published; likewise
  --market NAME, --locale NAME
  --at MOMENT                when (default: now): 2026-12-01, 2026-12-01T08:00, 2026-12-01T08:00:00+01:00
  --as FORMAT                of the standard input: text, markdown, html
  --exact                    only the very bytes that were checked
  --level LEVEL              accept this one (${LEVELS.join(', ')}); may be repeated
  --revocations FILE         the list of revoked permits (guardrails permit revocations)
  --max-revocation-age TIME  how old that may be: 30m, 24h, 7d (default: 24h)
  --proof FILE               the proof that the permit is on record; it is then required to hold

--name=VALUE is --name VALUE. Exit codes: 0 it may be published, 1 it may not, 2 wrong call or file.
Everything but 0 means: do not publish.`
const VALUES = ['trust', 'channel', 'market', 'locale', 'at', 'as', 'level', 'revocations', 'max-revocation-age', 'proof']
const FORMATS = { md: 'markdown', markdown: 'markdown', html: 'html', htm: 'html', txt: 'text' }
class WrongCall extends Error {}
const call = (condition, why) => { if (!condition) throw new WrongCall(why) }

function callOf (words) { // [CONTENT, PERMIT] and options
  const names = [], options = { level: [] }
  for (let rest = [...words]; rest.length > 0;) {
    const word = rest.shift()
    if (word === '--') { names.push(...rest); break }
    if (word === '-' || !word.startsWith('-')) { names.push(word); continue }
    const [, name, , given] = /^--([^=]*)(=(.*))?$/s.exec(word) ?? []
    if (name === 'exact' && given === undefined) { options.exact = true; continue }
    call(VALUES.includes(name), `there is no option ${word}`)
    const value = given ?? rest.shift()
    call(value !== undefined && value.trim() !== '', `--${name} has no value`)
    if (name === 'level') options.level.push(value)
    else options[name] = value
  }
  call(names.length === 2 && names.every(Boolean) && options.trust, 'CONTENT, PERMIT and --trust FILE are expected, and nothing else')
  call(options.as === undefined || Object.values(FORMATS).includes(options.as), '--as is text, markdown or html')
  call(options.level.every((one) => LEVELS.includes(one)), `--level is ${LEVELS.join(', ')}`)
  call(options['max-revocation-age'] === undefined || options.revocations, '--max-revocation-age is about --revocations FILE, which is missing')
  return { content: names[0], permit: names[1], ...options }
}
function momentOf (text) {
  const found = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(?:Z|([+-])(\d\d):(\d\d))?)?$/.exec(text) ?? []
  const [, day, time = '00:00', seconds = '00', fraction = '', sign, hours = '00', minutes = '00'] = found
  const local = `${day}T${time}:${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}Z`
  call(day !== undefined && MOMENT(local) && hours < '24' && minutes < '60', `${text} is no moment like 2026-12-01T08:00:00Z`)
  return Date.parse(local) - (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}
function spanOf (text) {
  const [, number, unit] = /^([0-9]{1,6})([mhd])$/.exec(text) ?? []
  call(unit, `${text} is no time like 30m, 24h or 7d`)
  return Number(number) * { m: 60_000, h: HOUR, d: DAY }[unit]
}
async function main (words) {
  const asked = callOf(words)
  const file = (name) => (name === undefined ? undefined : new Uint8Array(readFileSync(name)))
  const isStdin = asked.content === '-'
  const format = isStdin ? asked.as : FORMATS[asked.content.split('.').pop().toLowerCase()]
  call(format, isStdin ? 'the standard input needs --as html' : `${asked.content} has no ending of a text`)
  const refusals = await verifyPermit(file(asked.permit), {
    fields: [{ format, id: 'body', text: utf8(file(isStdin ? 0 : asked.content)).replace(/^\ufeff/, '') }],
    trust: await trustOf(file(asked.trust)),
    at: asked.at === undefined ? Date.now() : momentOf(asked.at),
    channel: asked.channel,
    market: asked.market,
    locale: asked.locale,
    levels: asked.level.length > 0 ? asked.level : undefined,
    exact: asked.exact,
    revocations: file(asked.revocations),
    maxAge: asked['max-revocation-age'] === undefined ? undefined : spanOf(asked['max-revocation-age']),
    proof: file(asked.proof)
  })
  console.log(refusals.length ? `may not be published: ${refusals.join(', ')}` : 'may be published')
  return refusals.length ? 1 : 0
}
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main(process.argv.slice(2)).then((code) => { process.exitCode = code }, (error) => {
    console.error(error instanceof WrongCall ? `${error.message}\n\n${USAGE}` : String(error))
    process.exitCode = 2
  })
}
