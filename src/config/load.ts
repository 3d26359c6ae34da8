// SPDX-License-Identifier: BSD-2-Clause
import { resolve } from 'node:path'
import { checkKeyOptions, findCredentials } from './credentials'
import {
  embeddedEndpoint,
  hasEmbeddedSession,
  isConfigured,
  malleeHome,
  networkingOf,
  readEmbeddedEucarc,
  regionVariables,
} from './embedded'
import { endpointsByRegion, findEndpoint } from './endpoints'
import { ConfigError } from './errors'
import { existingFile } from './paths'
import { proxyFor } from './proxies'
import { lookUp, readConfigFiles } from './sections'
import type { CertificatePaths, Settings, SettingsSource } from './settings'
import { booleanOf, decimalOf, integerOf } from './values'

/**
 * Read the configuration files and answer questions about them, the environment and the command line. Throws
 * ConfigError at once for a file that cannot be parsed and for half a key pair among the options; everything else is
 * checked when it is asked for.
 */
export const loadSettings = (source: SettingsSource): Settings => {
  const { env, home, options = {}, now = Date.now } = source
  checkKeyOptions(options)
  const files = readConfigFiles(source, source.systemFolder ?? '/etc/euca2ools')
  const mode = isConfigured(options, env, files) ? 'remote' : 'embedded'
  const choice = chooseRegionAndUser(source, files.global.get('default-region'))
  // A worker is started elsewhere, so the folder must be the same from everywhere.
  const folder = resolve(source.cwd, malleeHome(env, home))

  const globalOption = (name: string) => files.global.get(name) || undefined
  const regionOption = (name: string) =>
    choice.region === undefined ? undefined : lookUp(files.regions, choice.region, name)?.value || undefined
  const chosenUser = () => choice.user ?? regionOption('user')
  const userOption = (name: string) => {
    const user = chosenUser()
    return user === undefined ? undefined : lookUp(files.users, user, name)?.value || undefined
  }

  // What the embedded cloud's own eucarc says stands last, and only while that cloud is the one spoken to.
  const embedded = (name: string) =>
    (mode === 'embedded' ? readEmbeddedEucarc(folder)[name] : undefined) || undefined
  const bundlingKey = () =>
    env.EUCA_PRIVATE_KEY || userOption('private-key') || env.EC2_PRIVATE_KEY || embedded('EC2_PRIVATE_KEY')
  const unbundlingKey = () => env.EC2_PRIVATE_KEY || userOption('private-key') || embedded('EC2_PRIVATE_KEY')
  const certificate = () => env.EC2_CERT || env.EUCA_CERT || userOption('certificate') || embedded('EC2_CERT')
  const cloudCertificate = () =>
    env.EUCALYPTUS_CERT || regionOption('certificate') || embedded('EUCALYPTUS_CERT')
  const file = (path: string | undefined, what: string) =>
    path ? existingFile(path, what, source) : undefined
  const endpointSources = {
    env,
    options,
    regions: files.regions,
    region: choice.region,
    processId: source.processId ?? process.pid,
  }

  return {
    mode,
    malleeHome: folder,
    get networking() {
      return networkingOf(env)
    },
    region: choice.region,
    get user() {
      return chosenUser()
    },
    get maxRetries() {
      return Math.max(0, integerOf(globalOption('max-retries'), 'max-retries') ?? 2)
    },
    get timeoutSeconds() {
      return decimalOf(globalOption('timeout'), 'timeout') ?? 30
    },
    get debug() {
      return options.debug || debugOf(globalOption('debug'))
    },
    get verifySsl() {
      return booleanOf(regionOption('verify-ssl'), 'verify-ssl') ?? false
    },
    get s3ForceSigv4() {
      return booleanOf(regionOption('s3-force-sigv4'), 's3-force-sigv4') ?? false
    },
    temporaryFolder: env.TMPDIR || env.TEMP || env.TMP || '/var/tmp',
    proxyFor: url => proxyFor(url, env),
    endpoint: service =>
      mode === 'embedded' ? embeddedEndpoint(service) : findEndpoint(service, endpointSources),
    regionEndpoints: service => endpointsByRegion(service, endpointSources),
    credentials: () =>
      mode === 'embedded' && !hasEmbeddedSession(env)
        ? embeddedCredentials(readEmbeddedEucarc(folder), folder)
        : findCredentials({ scope: source, options, userOption, now }),
    regionOption,
    userOption,
    global: globalOption,
    accountId: () =>
      env.EC2_USER_ID ?? userOption('account-id') ?? env.EC2_ACCOUNT_NUMBER ?? embedded('EC2_USER_ID'),
    userCertificate: given => file(given || certificate(), 'certificate'),
    privateKeyForBundling: given => file(given || bundlingKey(), 'private key'),
    privateKeyForUnbundling: given => file(given || unbundlingKey(), 'private key'),
    cloudCertificate: given => file(given || cloudCertificate(), 'cloud certificate'),
    certificatePaths: (): CertificatePaths => ({
      userCertificate: certificate(),
      privateKey: bundlingKey(),
      cloudCertificate: cloudCertificate(),
    }),
    eustoreUrl: given => given || env.EUSTORE_URL || regionOption('eustore-url'),
  }
}

/** Each of the two from the first source that gives it: configuration.md 3. */
const chooseRegionAndUser = ({ env, options = {} }: SettingsSource, defaultRegion: string | undefined) => {
  const option = userAtRegion(options.region ?? '')
  // Only the first variable that is not empty is looked at, even when it gives one of the two alone.
  const variable = userAtRegion(regionVariables.map(name => env[name]).find(Boolean) ?? '')
  return {
    region: option.region || variable.region || defaultRegion || undefined,
    user: option.user || variable.user || undefined,
  }
}

const userAtRegion = (text: string): { user?: string; region?: string } => {
  const at = text.indexOf('@')
  return at < 0 ? { region: text } : { user: text.slice(0, at), region: text.slice(at + 1) }
}

const debugOf = (text: string | undefined): boolean | 'color' =>
  /^colou?r$/i.test(text ?? '') ? 'color' : (booleanOf(text, 'debug') ?? false)

const embeddedCredentials = (eucarc: Readonly<Record<string, string | undefined>>, folder: string) => {
  const accessKeyId = eucarc.AWS_ACCESS_KEY || eucarc.EC2_ACCESS_KEY
  const secretKey = eucarc.AWS_SECRET_KEY || eucarc.EC2_SECRET_KEY
  if (!accessKeyId || !secretKey)
    throw new ConfigError(
      `the embedded cloud in ${folder} has no credentials of its administrator; ` +
        `remove ${folder}/credentials to have them written again`,
    )
  return { accessKeyId, secretKey }
}
