// May this text be published? The verifier of publish permits in JavaScript, without dependencies (Node 18 and later):
//   node verify_permit.mjs CONTENT PERMIT --trust FILE [--channel C] [--market M] [--locale L] [--at MOMENT] [--exact]
//                          [--level LEVEL ...] [--revocations FILE] [--max-revocation-age MS] [--proof FILE]
// Exit codes: 0 it may, 1 it may not, 2 wrong call or file. Everything but 0 means: do not publish.
import { webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { canons } from './content_canon.mjs'

const LEVELS = ['AUTO_PASS', 'HUMAN_1', 'HUMAN_2', 'BREAK_GLASS']
const HOUR = 3_600_000, SKEW = 120_000, MAX_BYTES = 1 << 20, MAX_SIGNATURES = 16
const PRIME = 2n ** 255n - 19n, EIGHT = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n
const SMALL = [0n, 1n, PRIME - 1n, EIGHT, PRIME - EIGHT]
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
function strictJson (bytes) { // UTF-8, no byte order mark, no key twice
  try {
    const text = utf8(bytes), value = JSON.parse(text)
    const written = [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter((found) => found[1]).length
    need(written === keysIn(value), 'a key twice')
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
  const at = TEXT(value) && /^\d{4}-/.test(value) ? new Date(value) : new Date(NaN)
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
  need(until > from && until - from <= (level === 'BREAK_GLASS' ? 4 * HOUR : 168 * HOUR), 'valid for too long')
  const [raw, canon] = statement.subject.map((one) => one.digest.sha256)
  return { ...said, level, from, until, raw, canon, made: Date.parse(said.timeVerified) }
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
    need(one.purpose !== 'approver' || one.person, 'an approver without a person')
    const key = await publicOf(one.vkey)
    return { ...one, key, name: one.vkey.split('+')[0], from: Date.parse(one.from), until: one.until === null ? Infinity : Date.parse(one.until) }
  }))
  for (const one of keys) {
    const owner = canonical([one.purpose, one.person])
    need((owners.get(hex(one.key)) ?? owner) === owner, 'a key for two purposes or people')
    owners.set(hex(one.key), owner)
  }
  return { origin: value.origin, keys, of: (purpose, at) => keys.filter((one) => one.purpose === purpose && one.from <= at && at < one.until) }
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
  need(origin === trust.origin && await isNoteBy(note, trust.of('permit', Date.parse(at))), 'not trusted')
  return { size: Number(size), at: Date.parse(at), revoked: new Map(lines.map((one) => one.split(' '))) }
}
async function isOnRecord (bytes, payload, permit, trust) { // C2SP tlog-proof, RFC 9162 2.1.3.2
  try {
    const text = utf8(bytes), cut = text.indexOf('\n\n')
    const [header, extra, place, ...hashes] = text.slice(0, cut).split('\n')
    const note = noteOf(bytesOf(text.slice(cut + 2)))
    const [origin, size, root] = note.text.split('\n')
    need(header === 'c2sp.org/tlog-proof@v1' && extra.startsWith('extra ') && /^index (0|[1-9][0-9]{0,15})$/.test(place), 'no proof')
    need(/^(0|[1-9][0-9]{0,15})$/.test(size), 'no checkpoint')
    const record = base64(extra.slice(6)), said = strictJson(record)
    need(said.type === 'permit' && said.permit_id === permit.permitId && said.statement_sha256 === hex(await sha256(payload)), 'another permit')
    need(origin === trust.origin && await isNoteBy(note, trust.keys.filter((one) => one.purpose === 'checkpoint')), 'not trusted')
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

// asked: {fields, trust, at, channel, market, locale, levels, exact, revocations, maxAge, proof}; returns the codes of whatever speaks against it.
export async function verifyPermit (bytes, asked) {
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
  if (!await anyHolds(trust.of('permit', permit.made), envelope.signatures, envelope.signed)) return ['signature']
  if (permit.log.origin !== trust.origin) return ['other-ledger']
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
  refuse(at < permit.from - SKEW, 'too-early')
  refuse(at >= permit.until, 'expired')
  for (const key of ['channel', 'market', 'locale']) refuse(asked[key] && !permit[key].includes(asked[key]), key)
  if (asked.revocations) {
    try {
      const listed = await revocationsOf(asked.revocations, trust)
      refuse(listed.revoked.has(permit.permitId), 'revoked')
      refuse(listed.size < permit.log.size || listed.at + (asked.maxAge ?? 24 * HOUR) < at, 'revocations-old')
    } catch { refuse(true, 'revocations') }
  }
  refuse(asked.proof && !await isOnRecord(asked.proof, envelope.payload, permit, trust), 'proof')
  return refusals
}

async function main ([content, permit, ...rest]) {
  const options = { level: [] }
  for (let at = 0; at < rest.length; at += 1) {
    const name = rest[at].replace(/^--/, '')
    if (name === 'exact') options.exact = true
    else if (name === 'level') options.level.push(rest[++at])
    else options[name] = rest[++at]
  }
  const file = (name) => (name ? readFileSync(name) : undefined)
  const format = { md: 'markdown', markdown: 'markdown', html: 'html', htm: 'html', txt: 'text' }[content.split('.').pop().toLowerCase()]
  need(format && options.trust, 'CONTENT.{html,md,txt} PERMIT --trust FILE')
  const refusals = await verifyPermit(file(permit), {
    ...options, fields: [{ format, id: 'body', text: utf8(file(content)).replace(/^\ufeff/, '') }], trust: await trustOf(file(options.trust)),
    at: options.at ? Date.parse(options.at) : Date.now(), levels: options.level.length ? options.level : LEVELS,
    revocations: file(options.revocations), maxAge: options['max-revocation-age'] && Number(options['max-revocation-age']), proof: file(options.proof)
  })
  console.log(refusals.length ? `may not be published: ${refusals.join(', ')}` : 'may be published')
  return refusals.length ? 1 : 0
}
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main(process.argv.slice(2)).then((code) => { process.exitCode = code }, (error) => { console.error(String(error)); process.exitCode = 2 })
}
