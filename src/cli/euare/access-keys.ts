// SPDX-License-Identifier: BSD-2-Clause
// Access keys as they are made, and the text of a configuration file that has them: the tools that make accounts, users
// and keys may print that instead. Such a text is a region's section, where its services are and whose keys are used
// there, and the section of the user whose keys these are.
import { isIP } from 'node:net'
import type { IamClient } from '../../clients'
import type { Settings } from '../../config'
import type { Context } from '../context'
import { flag, option } from '../options'

const services = [
  'autoscaling',
  'bootstrap',
  'cloudformation',
  'ec2',
  'elasticloadbalancing',
  'iam',
  'monitoring',
  'properties',
  'reporting',
  's3',
  'sts',
]

/** A name that can stand in an address and in a configuration file, where a percent sign has a meaning. */
const domainName = (text: string): string => {
  if (!/^[^\s%/@]+$/.test(text)) throw new TypeError(`invalid domain: '${text}'`)
  return text
}

export const createAccessKey = {
  createAccessKey: flag('-k --create-accesskey', { help: 'also create an access key and print it' }),
}

export const writeConfig = {
  writeConfig: flag('-w --write-config', {
    help: 'print the access key as a configuration file for these tools; creates one if need be',
  }),
}

export const configurationOptions = {
  domain: option('-d --domain', {
    type: domainName,
    help: "DNS domain of the cloud's services in that file (default: that of the IAM service); only with -w",
  }),
  setDefaultUser: flag('-l --set-default-user', {
    help: "make this the region's default user in that file; only with -w",
  }),
}

interface Wanted {
  readonly createAccessKey: boolean
  readonly writeConfig: boolean
  readonly domain?: string | undefined
  readonly setDefaultUser: boolean
}

/** The domain of an endpoint: its host without the first label, and nothing of a bare address. */
const domainOf = ({ hostname }: URL): string | undefined => {
  if (isIP(hostname.replace(/^\[|\]$/g, ''))) return undefined
  return hostname.split('.').slice(1).join('.') || undefined
}

const regionSection = (
  endpoint: URL,
  domain: string,
  user: string | undefined,
  settings: Settings,
): string[] => {
  const [host = '', port = endpoint.port] = domain.split(':')
  const place = port === '' ? host : `${host}:${port}`
  const copied = ['verify-tls', 'verify-ssl'].flatMap(name => {
    const value = settings.regionOption(name)
    return value === undefined ? [] : [`${name} = ${value}`]
  })
  return [
    `[region ${settings.region ?? host}]`,
    ...services.map(service => `${service}-url = ${endpoint.protocol}//${service}.${place}/`),
    ...copied,
    ...(user === undefined ? [] : [`user = ${user}`]),
    '',
  ]
}

interface Key {
  readonly UserName?: string | undefined
  readonly AccessKeyId?: string | undefined
  readonly SecretAccessKey?: string | undefined
}

const configurationText = async (
  key: Key,
  account: string | undefined,
  { domain, setDefaultUser }: Wanted,
  context: Context,
): Promise<string[]> => {
  const settings = await context.settings()
  const endpoint = new URL(settings.endpoint('iam').url)
  const known = domain ?? domainOf(endpoint)
  if (known === undefined)
    await context.warn(
      `${context.prog}: warning: no region is written, since ${endpoint.hostname} tells of no DNS domain; use -d`,
    )
  const name = key.UserName || 'root'
  const user = account === undefined ? name : `${account}:${name}`
  return [
    ...(known === undefined
      ? []
      : regionSection(endpoint, known, setDefaultUser ? user : undefined, settings)),
    `[user ${user}]`,
    `key-id = ${key.AccessKeyId}`,
    `secret-key = ${key.SecretAccessKey}`,
    ...(account === undefined ? [] : [`account-id = ${account}`]),
    '',
  ]
}

export interface MadeKey {
  AccessKey?: Key | undefined
  /** Lines of a configuration file, where one was asked for. */
  Configuration?: string[]
}

/** The account in a user's ARN. A key is shown even if it cannot be told whose account it is: it is shown only once. */
const accountOf = async (iam: IamClient, user: string): Promise<string | undefined> => {
  try {
    const { User } = await iam.getUser({ UserName: user })
    return User?.Arn?.split(':')[4] || undefined
  } catch {
    return undefined
  }
}

/** Makes a user's access key, if one is asked for, and the configuration that has it. */
export const newAccessKey = async (
  iam: IamClient,
  user: string,
  wanted: Wanted,
  context: Context,
): Promise<MadeKey> => {
  if (!wanted.createAccessKey && !wanted.writeConfig) return {}
  const { AccessKey } = await iam.createAccessKey({ UserName: user })
  if (!wanted.writeConfig || !AccessKey) return { AccessKey }
  const account = await accountOf(iam, user)
  return { AccessKey, Configuration: await configurationText(AccessKey, account, wanted, context) }
}
