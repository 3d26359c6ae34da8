// SPDX-License-Identifier: BSD-2-Clause
// A key and a certificate that it signed itself, as `openssl genrsa`, `openssl req` and `openssl x509 -req -signkey` make
// them in three steps. The key comes from Node, which is quick at it; node-forge writes the certificate.
import { generateKeyPair, randomBytes } from 'node:crypto'
import { link, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { promisify } from 'node:util'

export interface Wanted {
  readonly commonName: string
  /** Host names and addresses that the certificate is good for beside the common name. */
  readonly alternativeNames: readonly string[]
  readonly days: number
  readonly bits: number
  readonly now: Date
  readonly withRequest: boolean
}

export interface Made {
  /** PKCS#1 PEM, which clouds of every age read. */
  readonly privateKey: string
  readonly certificate: string
  /** A certificate signing request for an authority that may sign the key instead. */
  readonly request?: string
}

const alternativeName = (name: string) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })

// The first bit of a serial is its sign, and a first byte of zeros is one too many for those who read it.
const newSerial = (): string => {
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  return serial.toString('hex')
}

const withNewlines = (pem: string): string => pem.replace(/\r\n/g, '\n')

export const makeSelfSigned = async (wanted: Wanted): Promise<Made> => {
  const { commonName, alternativeNames, days, bits, now } = wanted
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: bits,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  const { pki, md, asn1 } = (await import('node-forge')).default
  const key = pki.privateKeyFromPem(privateKey)
  const publicKey = pki.setRsaPublicKey(key.n, key.e)
  const subject = [
    {
      shortName: 'CN',
      value: commonName,
      valueTagClass: asn1.Type.UTF8 as unknown as typeof asn1.Class.UNIVERSAL,
    },
  ]
  const names = [...new Set([commonName, ...alternativeNames])].filter(name => /^[\x21-\x7e]+$/.test(name))
  const extensions = [
    { name: 'extKeyUsage', serverAuth: true },
    // Programs of today look for a server's names here alone.
    ...(names.length > 0 ? [{ name: 'subjectAltName', altNames: names.map(alternativeName) }] : []),
  ]

  const certificate = pki.createCertificate()
  certificate.publicKey = publicKey
  certificate.serialNumber = newSerial()
  certificate.validity.notBefore = now
  certificate.validity.notAfter = new Date(now.getTime() + days * 86_400_000)
  certificate.setSubject(subject)
  certificate.setIssuer(subject)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true },
    ...extensions,
    { name: 'subjectKeyIdentifier' },
  ])
  certificate.sign(key, md.sha512.create())
  const made = { privateKey, certificate: withNewlines(pki.certificateToPem(certificate)) }
  if (!wanted.withRequest) return made

  const request = pki.createCertificationRequest()
  request.publicKey = publicKey
  request.setSubject(subject)
  request.setAttributes([{ name: 'extensionRequest', extensions }])
  request.sign(key, md.sha512.create())
  return { ...made, request: withNewlines(pki.certificationRequestToPem(request)) }
}

export interface NewFile {
  readonly path: string
  readonly content: string
  readonly mode: number
}

/** What is there and no file, such as /dev/stdout: a file that took its place would be in everybody's way. */
const isStream = async (path: string): Promise<boolean> => {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && !found.isFile() && !found.isDirectory()
}

interface Drafted extends NewFile {
  readonly draft: string
  /** Where it goes: not in the place of a link, but in that of the file that the link leads to. */
  readonly target: string
}

const drafted = async (file: NewFile, mayReplace: boolean): Promise<Drafted> => {
  const target = mayReplace ? await realpath(file.path).catch(() => file.path) : file.path
  return { ...file, target, draft: `${target}.${process.pid}.tmp` }
}

/**
 * Writes files, all of them or none. Each appears whole, with its mode. One that is there already is an error (EEXIST)
 * unless it may be replaced. Pipes and devices are written to.
 */
export const writeNewFiles = async (files: readonly NewFile[], mayReplace: boolean): Promise<void> => {
  const streams: NewFile[] = []
  const written: Drafted[] = []
  for (const file of files) {
    if (await isStream(file.path)) streams.push(file)
    else written.push(await drafted(file, mayReplace))
  }
  const placed: string[] = []
  try {
    for (const { draft, content, mode, path } of written) await write(draft, content, mode, path)
    for (const { draft, path, target } of written) {
      if (mayReplace) await named(path, rename(draft, target))
      else await named(path, link(draft, path))
      if (!mayReplace) placed.push(path)
    }
    for (const { content, path } of streams) await named(path, writeFile(path, content))
  } catch (error) {
    for (const path of placed) await rm(path, { force: true })
    throw error
  } finally {
    for (const { draft } of written) await rm(draft, { force: true })
  }
}

const write = async (draft: string, content: string, mode: number, path: string): Promise<void> => {
  const handle = await named(path, open(draft, 'wx', mode))
  try {
    await handle.chmod(mode)
    await named(path, handle.writeFile(content))
    await named(path, handle.sync())
  } finally {
    await handle.close()
  }
}

/** An error that tells of the file, and not of its draft. */
const named = async <T>(path: string, work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (error) {
    if (error instanceof Error && 'code' in error) Object.assign(error, { path })
    throw error
  }
}
