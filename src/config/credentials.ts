// SPDX-License-Identifier: BSD-2-Clause
// Where an access key comes from: configuration.md 4. Pieces of different sources are never mixed.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ConfigError } from './errors'
import { expandPath, type PathScope } from './paths'
import type { Credentials, SettingsOptions } from './settings'

const missingKey = 'missing access key ID; please supply one with -I'
const missingSecret = 'missing secret key; please supply one with -S'

interface Pieces {
  readonly accessKeyId: string | undefined
  readonly secretKey: string | undefined
  readonly token?: string | undefined
  readonly expiration?: string | undefined
}

/** Giving only one of -I and -S is an error at once, before an endpoint is looked for. */
export const checkKeyOptions = ({ accessKeyId, secretKey, unsigned }: SettingsOptions): void => {
  if (unsigned) return
  if (accessKeyId && !secretKey) throw new ConfigError(missingSecret)
  if (secretKey && !accessKeyId) throw new ConfigError(missingKey)
}

export interface CredentialSources {
  readonly scope: PathScope
  readonly options: SettingsOptions
  readonly userOption: (name: string) => string | undefined
  readonly now: () => number
}

export const findCredentials = (sources: CredentialSources): Credentials => {
  let sawKeyAlone = false
  for (const read of readers) {
    const { accessKeyId, secretKey, token, expiration } = read(sources)
    if (accessKeyId && secretKey) {
      checkExpiration(expiration, sources.now())
      return { accessKeyId, secretKey, ...(token && { token }), ...(expiration && { expiration }) }
    }
    if (accessKeyId) sawKeyAlone = true
  }
  throw new ConfigError(sawKeyAlone ? missingSecret : missingKey, { missing: true })
}

const fromOptions = ({ options }: CredentialSources): Pieces => ({
  accessKeyId: options.accessKeyId,
  secretKey: options.secretKey,
  token: options.securityToken,
})

// AWS_SESSION_TOKEN is what today's tools export; without it their temporary keys would be refused as unknown.
const fromEnvironment = ({ scope: { env } }: CredentialSources): Pieces => ({
  accessKeyId: env.AWS_ACCESS_KEY_ID || env.AWS_ACCESS_KEY,
  secretKey: env.AWS_SECRET_ACCESS_KEY || env.AWS_SECRET_KEY,
  token: env.AWS_SECURITY_TOKEN || env.AWS_SESSION_TOKEN,
  expiration: env.AWS_CREDENTIAL_EXPIRATION,
})

const fromFile = ({ scope }: CredentialSources): Pieces => {
  const named = scope.env.AWS_CREDENTIAL_FILE
  if (!named) return { accessKeyId: undefined, secretKey: undefined }
  const path = resolve(scope.cwd, expandPath(named, scope))
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'No such file or directory' : `cannot be read, ${code ?? error}`
    throw new ConfigError(`credential file AWS_CREDENTIAL_FILE: ${reason}: ${path}`, { cause: error })
  }
  return credentialFile(text)
}

/** `iamrc`: lines `AWSAccessKeyId=…` and `AWSSecretKey=…`. */
export const credentialFile = (text: string): Pieces => {
  const lines = text.split(/\r\n|\r|\n/).map(line => line.replace(/#.*/, ''))
  const named = (name: string): string | undefined =>
    lines
      .map(line => line.split('='))
      .filter(([key, ...value]) => key?.trim() === name && value.length > 0)
      .map(([, ...value]) => value.join('=').trim())
      .at(-1)
  return { accessKeyId: named('AWSAccessKeyId'), secretKey: named('AWSSecretKey') }
}

const fromUser = ({ userOption }: CredentialSources): Pieces => ({
  accessKeyId: userOption('key-id'),
  secretKey: userOption('secret-key'),
})

// The names of releases 2 and 3.0 come last, so that no case in which 3.4.1 finds something changes.
const fromOldEnvironment = ({ scope: { env } }: CredentialSources): Pieces => ({
  accessKeyId: env.EC2_ACCESS_KEY,
  secretKey: env.EC2_SECRET_KEY,
})

const readers = [fromOptions, fromEnvironment, fromFile, fromUser, fromOldEnvironment]

/** Every variable that makes a cloud configured, or half so. */
export const credentialVariables = [
  'AWS_ACCESS_KEY_ID',
  'AWS_ACCESS_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SECRET_KEY',
  'AWS_SECURITY_TOKEN',
  'AWS_SESSION_TOKEN',
  'AWS_CREDENTIAL_FILE',
  'EC2_ACCESS_KEY',
  'EC2_SECRET_KEY',
]

const checkExpiration = (expiration: string | undefined, now: number): void => {
  // A text that cannot be parsed is ignored, by rule. The fraction is cut to what a Date can hold.
  const [, time, fraction] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/.exec(expiration ?? '') ?? []
  if (time === undefined) return
  const instant = Date.parse(`${time}.${(fraction ?? '').slice(0, 3).padEnd(3, '0')}Z`)
  if (instant < now) throw new ConfigError('credentials have expired')
}
