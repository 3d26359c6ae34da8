// SPDX-License-Identifier: BSD-2-Clause
// When the tools speak to the cloud inside, and what they know of it.
//
// The rule is that nothing at all is configured. Whoever has begun to configure a cloud means that cloud, and is told
// what is missing rather than sent elsewhere. So these make a cloud configured, each of them alone: any URL, key, token
// or --region option; any service's URL variable; a region variable; any variable of credentials; `default-region`;
// and a region or user section in a file of the user's own (~/.euca, EUCA_CONFIG_PATH).
//
// A role that was assumed in the embedded cloud is no other cloud: euare-assumerole exports MALLEE_SESSION with its keys.
//
// These do not, because they choose no cloud: EUSTORE_URL (a catalog), MALLEE_HOME (a place for the embedded cloud),
// EC2_USER_ID and the certificate variables (inputs of bundling, which needs no cloud), AWS_AUTH_REGION (a signing
// detail), [global] options other than `default-region`, and the region sections of /etc/euca2ools, which a
// distribution's package installs as a phone book of public clouds.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { credentialVariables } from './credentials'
import { endpointVariables, oldEndpointVariables } from './endpoints'
import { ConfigError } from './errors'
import type { ConfigFiles } from './sections'
import type { ServiceName, SettingsOptions } from './settings'

type Environment = Readonly<Record<string, string | undefined>>

export const regionVariables = ['EUCA_DEFAULT_REGION', 'AWS_DEFAULT_REGION', 'EUCA_REGION']

/** The keys in the environment are those of a session in the embedded cloud: the variable names the very key. */
export const hasEmbeddedSession = (env: Environment): boolean =>
  Boolean(env.MALLEE_SESSION && env.AWS_SECRET_ACCESS_KEY) && env.MALLEE_SESSION === env.AWS_ACCESS_KEY_ID

export const isConfigured = (options: SettingsOptions, env: Environment, files: ConfigFiles): boolean => {
  const { region, url, s3Url, ec2Url, iamUrl, bootstrapUrl, accessKeyId, secretKey, securityToken } = options
  const given = [region, url, s3Url, ec2Url, iamUrl, bootstrapUrl, accessKeyId, secretKey, securityToken]
  const variables = [
    ...Object.values(endpointVariables),
    ...Object.values(oldEndpointVariables),
    ...regionVariables,
    ...(hasEmbeddedSession(env) ? [] : credentialVariables),
  ]
  return (
    given.some(Boolean) ||
    variables.some(name => env[name]) ||
    Boolean(files.global.get('default-region')) ||
    files.ownSections
  )
}

export const malleeHome = (env: Environment, home: string): string =>
  env.MALLEE_HOME || join(env.XDG_DATA_HOME || join(home, '.local/share'), 'mallee')

/** What a cloud is founded with that is not there yet; undefined where nobody says. */
export const networkingOf = ({ MALLEE_NETWORKING: word }: Environment): 'vpc' | 'classic' | undefined => {
  if (!word) return undefined
  if (word === 'vpc' || word === 'classic') return word
  throw new ConfigError(`MALLEE_NETWORKING is neither vpc nor classic: '${word}'`)
}

/** Requests never leave the process; the address is what their Host header and signatures say. */
const embeddedOrigin = 'http://127.0.0.1:8773'
const embeddedPaths: Readonly<Record<ServiceName, string>> = {
  ec2: 'compute',
  ebs: 'ebs',
  s3: 'objectstorage',
  iam: 'Euare',
  sts: 'Tokens',
  autoscaling: 'AutoScaling',
  elasticloadbalancing: 'LoadBalancing',
  cloudformation: 'CloudFormation',
  monitoring: 'CloudWatch',
  bootstrap: 'Empyrean',
  properties: 'Properties',
  reporting: 'Reporting',
}

export const embeddedEndpoint = (service: ServiceName) => ({
  url: `${embeddedOrigin}/services/${embeddedPaths[service]}`,
  signingRegion: 'eucalyptus',
})

/** The administrator's folder of the embedded cloud, and in it the `eucarc` that a first start writes. */
export const embeddedEucarc = (folder: string): string => join(folder, 'credentials', 'eucarc')

/** Variables of the embedded cloud's eucarc; empty before its first start. */
export const readEmbeddedEucarc = (folder: string): Environment => {
  const file = embeddedEucarc(folder)
  try {
    return eucarcVariables(readFileSync(file, 'utf8'), dirname(file))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return {}
    throw new ConfigError(`cannot read ${file} (${code ?? String(error)})`, { cause: error })
  }
}

/** `export NAME='value'` lines. Not a shell: of its syntax only quotes and `${EUCA_KEY_DIR}` are understood. */
export const eucarcVariables = (text: string, keyFolder: string): Environment => {
  const variables: Record<string, string> = Object.create(null)
  for (const line of text.split('\n')) {
    const [, name, value] = /^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)=(.*?)\s*$/.exec(line) ?? []
    if (name === undefined || value === undefined || name === 'EUCA_KEY_DIR') continue
    const [, single] = /^'([^']*)'/.exec(value) ?? []
    const [, double] = /^"([^"]*)"/.exec(value) ?? []
    const expand = (part: string): string =>
      part.replace(/\$\{EUCA_KEY_DIR\}|\$EUCA_KEY_DIR\b/g, () => keyFolder)
    variables[name] = single ?? expand(double ?? value.split(/[\s;]/)[0] ?? '')
  }
  return variables
}
