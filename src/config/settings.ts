// SPDX-License-Identifier: BSD-2-Clause
// What the rest of the house knows about where settings come from: one plain value with lazy questions. They are
// lazy because checks happen in a documented order (endpoint first, then credentials) and only for what a command uses.

export const serviceNames = [
  'ec2',
  'ebs',
  's3',
  'iam',
  'sts',
  'autoscaling',
  'elasticloadbalancing',
  'cloudformation',
  'monitoring',
  'bootstrap',
  'properties',
  'reporting',
] as const
export type ServiceName = (typeof serviceNames)[number]

/** Where a service is. */
export interface Endpoint {
  /** As configured, without `NAME::`; its path is kept. */
  readonly url: string
  /** Name to sign for. Absent only for S3, when nothing names a region. */
  readonly signingRegion?: string
  /** The section of the ini files that the URL came from. */
  readonly section?: string
}

export interface Credentials {
  readonly accessKeyId: string
  readonly secretKey: string
  /** Session token of temporary credentials. */
  readonly token?: string
  /** `YYYY-MM-DDTHH:MM:SSZ`, as given. */
  readonly expiration?: string
}

/** What the command line said. Absent and undefined mean the option was not given; '' is a given, empty value. */
export interface SettingsOptions {
  /** `REGION`, `USER@REGION` or `USER@`. */
  readonly region?: string | undefined
  /** `-U`: endpoint of the command's own service. */
  readonly url?: string | undefined
  /** The command's own service, to which `url` applies. Default: ec2. */
  readonly service?: ServiceName | undefined
  readonly s3Url?: string | undefined
  readonly ec2Url?: string | undefined
  readonly iamUrl?: string | undefined
  readonly bootstrapUrl?: string | undefined
  readonly accessKeyId?: string | undefined
  readonly secretKey?: string | undefined
  readonly securityToken?: string | undefined
  readonly debug?: boolean | undefined
  /** Nothing will be signed, as with an upload policy, so that a key ID without its secret is no mistake. */
  readonly unsigned?: boolean | undefined
}

export interface SettingsSource {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The user's home folder. */
  readonly home: string
  readonly cwd: string
  readonly options?: SettingsOptions
  /** Milliseconds since the epoch, for credentials that expire. Default: now. */
  readonly now?: () => number
  /** Part of the made-up region name of configuration.md 5. Default: this process. */
  readonly processId?: number
  /** Replaces /etc/euca2ools, for tests. */
  readonly systemFolder?: string
}

/** Files that bundling needs: the user's certificate and private key, and the certificate of the cloud. */
export interface CertificatePaths {
  readonly userCertificate: string | undefined
  readonly privateKey: string | undefined
  readonly cloudCertificate: string | undefined
}

export interface Settings {
  /** `embedded` only when nothing at all is configured; everything half-configured is `remote`. */
  readonly mode: 'embedded' | 'remote'
  /** Folder of the embedded cloud: MALLEE_HOME, else XDG_DATA_HOME/mallee, else ~/.local/share/mallee. */
  readonly malleeHome: string
  /** Of an embedded cloud that is yet to be founded: MALLEE_NETWORKING. Throws ConfigError for any other word. */
  readonly networking: 'vpc' | 'classic' | undefined
  /** Chosen region and user, where anything chose them. */
  readonly region: string | undefined
  readonly user: string | undefined
  /** Retries after the first try. */
  readonly maxRetries: number
  readonly timeoutSeconds: number
  readonly debug: boolean | 'color'
  /** Certificates of https endpoints are verified. Default: not, as always with these tools. */
  readonly verifySsl: boolean
  /** S3 requests of this region are signed with version 4. */
  readonly s3ForceSigv4: boolean
  /** Directory for large temporary files. */
  readonly temporaryFolder: string
  /** Proxy to use for a URL, from http_proxy, https_proxy and no_proxy of either case. */
  proxyFor(url: string): string | undefined

  /** Throws ConfigError when the service has no endpoint. */
  endpoint(service: ServiceName): Endpoint
  /** Where the service is in every region of the configuration files that tells, wildcard sections left out. */
  regionEndpoints(service: ServiceName): readonly (Endpoint & { readonly region: string })[]
  /** Throws ConfigError when there are none, or they have expired. */
  credentials(): Credentials

  /** An option of the chosen region, user, or `[global]`; undefined when absent or empty. */
  regionOption(name: string): string | undefined
  userOption(name: string): string | undefined
  global(name: string): string | undefined

  /** Account for bundling: EC2_USER_ID (even empty), then `account-id`, then EC2_ACCOUNT_NUMBER. Dashes are kept. */
  accountId(): string | undefined
  /**
   * Files for bundling, `~` and `$VARIABLES` expanded, checked to be regular files; undefined when nothing names one.
   * `given` is the value of the command's own option. Throws ConfigError.
   */
  userCertificate(given?: string): string | undefined
  privateKeyForBundling(given?: string): string | undefined
  privateKeyForUnbundling(given?: string): string | undefined
  cloudCertificate(given?: string): string | undefined
  /** The same for bundling, as configured: neither expanded nor checked. */
  certificatePaths(): CertificatePaths
  /** Address of the eustore catalog: EUSTORE_URL, else `eustore-url` of the region; undefined: the built-in one. */
  eustoreUrl(given?: string): string | undefined
}
