// SPDX-License-Identifier: BSD-2-Clause
// euca-generate-environment-config: the settings in force, as variables another program can read (output.md 11).
import { endpointVariables } from './endpoints'
import { ConfigError } from './errors'
import type { ServiceName, Settings } from './settings'

// The original knows nothing of the EBS direct APIs, and what it prints is what others read.
const services = (Object.keys(endpointVariables) as ServiceName[]).filter(service => service !== 'ebs')

/** Variable names and values, sorted by name; undefined for what is not set. */
export const environmentVariables = (settings: Settings): [name: string, value: string | undefined][] => {
  // The embedded cloud listens on no port. Half of its settings in another program's environment would be a
  // half-configured cloud there, so there is nothing to hand on.
  const remote = settings.mode === 'remote'
  const keys = remote ? unlessMissing(() => settings.credentials()) : undefined
  const paths = remote ? settings.certificatePaths() : undefined
  const values: Record<string, string | undefined> = {
    AWS_ACCESS_KEY_ID: keys?.accessKeyId,
    AWS_CREDENTIAL_EXPIRATION: keys?.expiration,
    AWS_SECRET_ACCESS_KEY: keys?.secretKey,
    AWS_SECURITY_TOKEN: keys?.token,
    EC2_CERT: paths?.userCertificate,
    EC2_PRIVATE_KEY: paths?.privateKey,
    EC2_USER_ID: remote ? settings.accountId() : undefined,
    EUCALYPTUS_CERT: paths?.cloudCertificate,
  }
  for (const service of services)
    values[endpointVariables[service]] = remote
      ? unlessMissing(() => settings.endpoint(service))?.url
      : undefined
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** A question to settings whose answer may be that nothing was configured; here that is no error. */
const unlessMissing = <T>(ask: () => T): T | undefined => {
  try {
    return ask()
  } catch (error) {
    if (error instanceof ConfigError && error.missing) return undefined
    throw error
  }
}

/** The command's output, a line an element. Values are not quoted, as in the original. */
export const environmentLines = (settings: Settings, { simple = false } = {}): string[] => {
  const variables = environmentVariables(settings)
  if (simple) return variables.map(([name, value]) => `${name}=${value ?? ''}`)
  const set = variables.filter(([, value]) => value)
  const unset = variables.filter(([, value]) => !value)
  return [
    ...set.map(([name, value]) => `${name}=${value}; export ${name};`),
    ...unset.map(([name]) => `# ${name} is not set`),
  ]
}
